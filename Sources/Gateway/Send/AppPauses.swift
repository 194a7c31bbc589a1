internal import Integrations
internal import Logging
internal import Synchronization
internal import Tenancy

/// Meta apps that are throttled as a whole: none of their connections is used until then, or the block gets longer.
///
/// In memory only: after a start the first refused call tells again.
final class AppPauses: Sendable {
    private let ends = Mutex<[MetaApp: Timestamp]>([:])

    /// A pause that is under way is never shortened.
    func pause(_ app: MetaApp, until moment: Timestamp) {
        ends.withLock { $0[app] = max($0[app] ?? moment, moment) }
    }

    /// When the app's last pause ends, or ended.
    func end(of app: MetaApp) -> Timestamp? { ends.withLock { $0[app] } }
}

extension Pipeline {
    /// What Meta has answered to a question about a connection: where it wants silence, it gets it.
    func heed(_ error: GraphError, of connection: Connection, _ hold: TenantHold) async {
        guard let seconds = error.pause else { return }
        let until = clock.now.adding(seconds: seconds)
        if error.concernsWholeApp, let integration = integrations[connection.flow.rawValue] {
            appPauses.pause(integration.app, until: until)
        }
        do {
            try await store.write(hold) { try $0.pause(connection.id, until: until) }
        } catch {
            // The next refused call says it again.
            logger.warning(
                "pause could not be written down",
                metadata: ["tenant_id": "\(hold.tenant)", "error": "\(LoggableError.describe(error))"])
        }
    }

    /// Until when Meta is to be left alone for a connection, for its own sake or its app's; `nil` where it may be asked.
    func pausedUntil(_ connection: Connection) -> Timestamp? {
        let app = integrations[connection.flow.rawValue].flatMap { appPauses.end(of: $0.app) }
        let end = [connection.pausedUntil, app].compactMap(\.self).max()
        return end.flatMap { $0 > clock.now ? $0 : nil }
    }
}
