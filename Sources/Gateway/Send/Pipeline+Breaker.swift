internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// A connection that a dead token has just taken out of service.
struct TokenDeath: Sendable {
    var tenant: TenantID
    var connection: ConnectionID
    var at: Timestamp
}

extension Pipeline {
    /// Notes what a send showed. Where it shows that Meta fails, and not the tenant, connections that were taken out of
    /// service while that was not yet clear come back.
    func observe(_ observation: FaultBreaker.Observation, account: String, now: Timestamp) async {
        let opened = breaker.withLock { breaker in
            let wasOpen = breaker.isOpen
            breaker.observe(observation, account: account, at: now)
            return breaker.isOpen && !wasOpen
        }
        guard opened else { return }
        logger.warning("many accounts fail at once: sending pauses, connections stay as they are")
        await restoreTheDead(now: now)
    }

    private func restoreTheDead(now: Timestamp) async {
        let since = now.adding(seconds: -FaultBreaker.window)
        let deaths = tokenDeaths.withLock { deaths in
            defer { deaths = [] }
            return deaths.filter { $0.at > since }
        }
        for death in deaths { await restore(death, now: now) }
    }

    /// Remembers a connection that a dead token took out of service, as long as it may turn out to be Meta's fault.
    func remember(_ death: TokenDeath) async {
        tokenDeaths.withLock { deaths in
            deaths.removeAll { $0.at.adding(seconds: FaultBreaker.window) < death.at }
            deaths.append(death)
        }
        // It may have become clear while this death was written down.
        if breaker.withLock({ $0.isOpen }) { await restoreTheDead(now: death.at) }
    }

    private func restore(_ death: TokenDeath, now: Timestamp) async {
        do {
            try await store.write(death.tenant) { rows in
                guard var connection = try rows.connection(death.connection), connection.state == .reconnectRequired,
                    connection.reason == .tokenDead, connection.token != nil
                else { return }
                connection.state = .active
                connection.reason = nil
                connection.updatedAt = now
                try rows.updateConnection(connection)
                try rows.resume(now: now)
            }
        } catch {
            logger.error(
                "connection could not be restored",
                metadata: ["tenant_id": "\(death.tenant)", "error": "\(LoggableError.describe(error))"])
        }
        wake()
    }
}
