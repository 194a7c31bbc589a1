internal import Integrations

/// Whether Meta lets messages be read: a scope that was taken away, and the owner's "Allow access to messages" being off,
/// show nowhere else where no list of scopes can be had.
enum MessageAccess: Sendable, Hashable {
    case granted
    /// The account's owner has to do something.
    case refused
    /// The app itself may not, which hides the rest: no doctor can mend that.
    case appMayNot
}

extension Integration {
    /// - Throws: ``GraphError`` where nothing is known.
    func messageAccess(_ access: AccountAccess) async throws(GraphError) -> MessageAccess {
        do throws(GraphError) {
            try await touchConversations(access)
            return .granted
        } catch {
            guard error.kind == .permission else { throw error }
            return error.concernsAppsAccess ? .appMayNot : .refused
        }
    }
}
