internal import Integrations

/// What an account is created with; what is left out is made up.
public struct NewAccount: Sendable {
    /// Instagram user name, unique in the world.
    public var username: String
    /// Shown name.
    public var name: String?
    /// `instagram_page_id` (17841...).
    public var id: String?
    /// App-scoped id of Instagram Login.
    public var appScopedID: String?
    /// Whether a Facebook Page is linked; without one the account has no Page flow and no Messenger.
    public var hasPage: Bool
    /// The Page's id.
    public var pageID: String?
    /// The Page's name.
    public var pageName: String?
    /// The Facebook user who administers the Page; several accounts may share one.
    public var owner: String?
    /// What the owner may do on the Page.
    public var tasks: [String]
    /// `BUSINESS`, `MEDIA_CREATOR` or `PERSONAL`.
    public var accountType: String

    /// - Parameter username: Instagram user name.
    public init(username: String, hasPage: Bool = true, owner: String? = nil) {
        self.username = username
        self.hasPage = hasPage
        self.owner = owner
        tasks = ["ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"]
        accountType = "BUSINESS"
    }
}

extension SandboxWorld {
    /// Creates an account, with its Page and owner. A user name that exists already gives that account back.
    mutating func addAccount(_ new: NewAccount) -> SandboxAccount {
        if let known = accounts.first(where: { $0.username == new.username }) { return known }
        let number = nextNumber()
        var account = SandboxAccount(
            id: new.id ?? String(17_841_400_000_000_000 + number),
            appScopedID: new.appScopedID ?? String(28_000_000_000_000_000 + number),
            username: new.username, name: new.name ?? new.username, accountType: new.accountType,
            allowsMessageAccess: true)
        if new.hasPage {
            let page = addPage(
                name: new.pageName ?? "\(account.name) Page", owner: new.owner ?? new.username, tasks: new.tasks,
                id: new.pageID, accountID: account.id)
            account.pageID = page.id
        }
        accounts.append(account)
        return account
    }

    /// Creates a Page, linked to an account or not.
    mutating func addPage(
        name: String, owner: String, tasks: [String], id: String?, accountID: String?
    ) -> SandboxPage {
        let page = SandboxPage(
            id: id ?? String(200_000_000_000_000 + nextNumber()), name: name, owner: owner, tasks: tasks,
            accountID: accountID)
        pages.append(page)
        _ = facebookUser(owner)
        return page
    }

    /// The Facebook user id of an owner.
    mutating func facebookUser(_ owner: String) -> String {
        if let id = facebookUsers[owner] { return id }
        let id = String(122_000_000_000_000_000 + nextNumber())
        facebookUsers[owner] = id
        return id
    }

    /// Finds an account by user name or by any of its ids.
    func account(_ name: String) -> SandboxAccount? {
        accounts.first { $0.username == name || $0.id == name || $0.appScopedID == name || $0.pageID == name }
    }

    /// Finds a Page by id.
    func page(_ id: String?) -> SandboxPage? {
        pages.first { $0.id == id }
    }

    /// Whether the two flows of an account use different ids.
    func flowsDiffer(_ accountID: String) -> Bool {
        faults.holds(.flowsDiffer, accountID: accountID)
    }

    /// The asset whose subscription and scoped ids count: the account, or its Page on Messenger.
    func asset(_ account: SandboxAccount, _ channel: Channel) -> String? {
        channel == .instagram ? account.id : account.pageID
    }
}
