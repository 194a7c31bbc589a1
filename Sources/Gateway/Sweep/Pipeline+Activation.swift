internal import Integrations
internal import Logging
internal import Storage
public import Tenancy

extension TenantRows {
    /// Puts back to work what waited for the account to be connected. It belongs into the transaction that makes the
    /// connection active: a reply that is queued a moment later must not overtake one that has waited for days.
    func resume(now: Timestamp) throws {
        try drainParked([.connectionNotActive], now: now)
        try requeueHeld(.waitingForReconnect, now: now)
    }
}

extension Pipeline {
    /// A connection answers from now on: events of its account that routed to nobody become the tenant's, what was parked
    /// meanwhile is processed, and replies that waited are queued.
    public func activated(tenant: TenantID, connection id: ConnectionID) async {
        do {
            try await routes.reload()
            guard let connection = try await store.read(tenant, { try $0.connection(id) }) else { return }
            for account in connection.ownIDs { try await adopt(account: account, for: tenant) }
            let now = clock.now
            try await store.write(tenant) { rows in try rows.resume(now: now) }
        } catch {
            // The rows stay as they are: the next connect, or a replay, takes them up.
            logger.error(
                "connection could not be drained",
                metadata: ["tenant_id": "\(tenant)", "error": "\(LoggableError.describe(error))"])
        }
        wake()
        wakeCares()
    }

    /// Seals an account's unrouted events anew for their tenant, some at a time.
    func adopt(account: String, for tenant: TenantID) async throws {
        let limit = 200
        let now = clock.now
        let systemKeys = try await store.keys(of: .system)
        let tenantKeys = try await store.keys(of: tenant)
        while true {
            let moved = try await store.writeGlobal { rows -> Int in
                // Whoever looked may have stood still since: the account may be another's by now.
                guard try rows.keepRoute(of: account, with: tenant) else { return 0 }
                let system = try rows.rows(of: .system, keys: systemKeys)
                let waiting = try system.unroutedEvents(of: account, limit: limit)
                var anew: [NewEvent] = []
                for (event, sealed) in waiting {
                    let bytes: [UInt8]?
                    do {
                        bytes = try sealed.map { try systemKeys.open($0, at: .eventPayload(event.id)) }
                    } catch {
                        // It keeps those behind it from nothing, and is seen among what failed.
                        try system.settle(event.id, EventVerdict(.failed, .error), now: now)
                        continue
                    }
                    if let bytes {
                        anew.append(
                            try NewEvent(
                                id: event.id, tenantID: tenant, keys: tenantKeys, receivedAt: event.receivedAt,
                                app: event.app, object: event.object, accountID: event.accountID,
                                container: event.container, siblings: event.siblings, bytes: bytes))
                    }
                    // Another process may be at the same: what it has moved is gone here, and there already.
                    try system.removeAdopted(event.id)
                }
                _ = try rows.rows(of: tenant, keys: tenantKeys)
                try rows.append(anew)
                return waiting.count
            }
            if moved > 0 {
                logger.info(
                    "unrouted events adopted",
                    metadata: ["tenant_id": "\(tenant)", "instagram_page_id": "\(account)", "count": "\(moved)"])
            }
            if moved < limit { return }
        }
    }
}
