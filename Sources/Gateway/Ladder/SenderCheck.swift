internal import Integrations
internal import Tenancy

/// What the answer of every rung has to pass before anybody is answered on it: it is a number, no placeholder, and no
/// account that is connected here, whether this tenant's or another's.
struct SenderCheck: Sendable {
    /// Every id that means the account itself.
    let ownIDs: Set<String>
    private let isAccount: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - connection: the one that answers.
    ///   - event: whatever id it names the account by is the account's own.
    ///   - isAccount: whether an id is that of a connected account, whosever.
    init(_ connection: Connection, _ event: Event, isAccount: @escaping @Sendable (String) -> Bool) {
        ownIDs = connection.ownIDs.union([event.accountID])
        self.isAccount = isAccount
    }

    /// Whether a reply could ever go to this id.
    func admits(_ id: String) -> Bool {
        SenderID.isPlausible(id) && !ownIDs.contains(id) && !isAccount(id)
    }
}
