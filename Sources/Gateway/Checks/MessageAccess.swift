internal import Integrations

extension Integration {
    /// Whether Meta lets messages be read: a scope that was taken away, and the owner's "Allow access to messages" being
    /// off, show nowhere else where no list of scopes can be had.
    /// - Returns: `nil` where that the app itself may not ask hides it: no doctor can mend that.
    /// - Throws: ``GraphError`` where nothing is known.
    func mayReadMessages(_ access: AccountAccess) async throws(GraphError) -> Bool? {
        do throws(GraphError) {
            try await touchConversations(access)
            return true
        } catch {
            guard error.kind == .permission else { throw error }
            return error.concernsAppsAccess ? nil : false
        }
    }
}
