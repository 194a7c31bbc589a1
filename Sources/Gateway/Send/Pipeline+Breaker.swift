internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

extension Pipeline {
    /// The app behind a flow, switched on or not.
    func app(of flow: Flow) -> MetaApp? {
        IntegrationRegistry.known.first { $0.name == flow.rawValue }?.app
    }

    /// Whether many accounts of the connection's app fail at once.
    func isMetaFailing(_ connection: Connection) -> Bool { app(of: connection.flow).map(breakers.isOpen) ?? false }

    /// Notes what a call for a connection showed. Where it shows that Meta fails, and not the tenant, what was concluded
    /// of connections while that was not yet clear is taken back.
    func observe(
        _ observation: FaultBreaker.Observation, at call: FaultBreaker.Call, of connection: Connection, now: Timestamp
    ) async {
        guard let app = app(of: connection.flow),
            let change = breakers.observe(
                observation, at: call, account: connection.instagramPageID, of: app, now: now)
        else { return }
        for integration in integrations.serving(app: app) {
            metrics.breaker(flow: integration.name, isOpen: change == .opened)
        }
        switch change {
        case .opened:
            logger.warning(
                "many accounts fail at once: sending pauses, connections stay as they are",
                metadata: ["app": "\(app.rawValue)"])
            await takeBackTheHasty(of: app, now: now)
        case .closed:
            logger.notice("sending goes on", metadata: ["app": "\(app.rawValue)"])
            wake()
        }
        await tell(change, of: app, now: now)
    }

    /// Whoever runs the service is told: no practice can mend it.
    func reportRefusedApp(_ flow: Flow) {
        logger.error(
            "Meta refuses the app itself: is it live, and has it Advanced Access to messages?",
            metadata: ["flow": "\(flow.rawValue)"])
    }

    /// Remembers what was concluded, as long as it may turn out to be Meta's fault.
    func remember(_ verdict: HastyVerdict) async {
        hastyVerdicts.withLock { verdicts in
            verdicts.removeAll { $0.at.adding(seconds: FaultBreaker.window) < verdict.at }
            verdicts.append(verdict)
        }
        // It may have become clear while this was written down.
        if breakers.isOpen(verdict.app) { await takeBackTheHasty(of: verdict.app, now: verdict.at) }
    }

    private func takeBackTheHasty(of app: MetaApp, now: Timestamp) async {
        let since = now.adding(seconds: -FaultBreaker.window)
        let hasty = hastyVerdicts.withLock { verdicts in
            defer { verdicts.removeAll { $0.app == app } }
            return verdicts.filter { $0.app == app && $0.at > since }
        }
        for verdict in hasty {
            do {
                try await store.write(verdict.tenant) { try $0.takeBack(verdict, now: now) }
            } catch {
                logger.error(
                    "connection could not be restored",
                    metadata: ["tenant_id": "\(verdict.tenant)", "error": "\(LoggableError.describe(error))"])
            }
        }
        if !hasty.isEmpty { wake() }
    }
}
