internal import Integrations
internal import Tenancy

extension AccountAccess {
    /// What is needed to act for a connection; `nil` where its token was destroyed.
    init?(_ connection: Connection) {
        guard let token = connection.token else { return nil }
        self.init(
            instagramPageID: connection.instagramPageID, facebookPageID: connection.facebookPageID,
            token: AccessToken(token))
    }
}
