internal import Integrations

/// An account with the tokens that a connect would have given.
public struct ConnectedAccount: Sendable, Hashable {
    /// The account.
    public var account: SandboxAccount
    /// Its Page.
    public var page: SandboxPage?
    /// A live token per flow that was connected by the call, with the webhooks subscribed.
    public var tokens: [SandboxFlow: String]
}

extension SandboxControl {
    /// Creates an account. A user name that exists already gives that account back.
    /// - Parameter flows: connected at once, without the OAuth dialogs: for tests of what comes after.
    public func addAccount(_ new: NewAccount, connecting flows: [SandboxFlow] = []) -> ConnectedAccount {
        apply { world in
            let account = world.addAccount(new)
            var tokens: [SandboxFlow: String] = [:]
            for flow in flows { tokens[flow] = world.connect(account, flow) }
            return ConnectedAccount(account: account, page: world.page(account.pageID), tokens: tokens)
        }
    }

    /// Creates a Page that no Instagram account is linked to.
    public func addPage(name: String, owner: String, tasks: [String] = ["MESSAGING", "MANAGE"]) -> SandboxPage {
        apply { $0.addPage(name: name, owner: owner, tasks: tasks, id: nil, accountID: nil) }
    }

    /// Creates a person, or changes one.
    /// - Parameters:
    ///   - username: unique; that of an account makes the person that account itself.
    ///   - isBlocking: whether sends to the person fail with 551.
    @discardableResult
    public func addPerson(_ username: String, name: String? = nil, isBlocking: Bool? = nil) -> SandboxPerson {
        apply { $0.addPerson(username, name: name, isBlocking: isBlocking) }
    }

    /// Changes how the sandbox behaves: callback, batch size, delays, shapes.
    public func configure(_ change: @Sendable (inout SandboxConfiguration) -> Void) {
        apply { change(&$0.configuration) }
    }

    /// Holds deliveries back, so that they gather into batches, or lets them go.
    public func pauseDeliveries(_ isPaused: Bool) {
        apply { $0.queue.isPaused = isPaused }
    }

    /// Switches a fault on.
    /// - Returns: the rule with its id.
    @discardableResult
    public func switchOn(_ rule: FaultRule) -> FaultRule {
        apply { $0.faults.add(rule) }
    }

    /// Switches faults off; `nil` matches any.
    public func switchOff(id: Int? = nil, _ name: FaultName? = nil, accountID: String? = nil) {
        apply { $0.faults.remove(id: id, name: name, accountID: accountID) }
    }

    /// The faults that are on.
    public var faults: [FaultRule] { apply { $0.faults.rules } }

    /// How often each fault has struck: by "name operation" for Graph calls, by the name alone for webhooks.
    public var strikes: [String: Int] { apply { $0.faults.strikes } }

    /// Makes an account's tokens dead (190).
    /// - Parameters:
    ///   - flow: only this flow's; `nil` is both.
    ///   - subcode: 458 app removed, 460 password changed, 463 expired.
    /// - Returns: how many tokens died.
    @discardableResult
    public func killToken(account: String, flow: SandboxFlow? = nil, subcode: Int64 = 460) throws(ControlError) -> Int {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.account(account) else { throw ControlError("no such account") }
            return world.setTokens(of: account, flow, deadSubcode: subcode)
        }
    }

    /// Makes an account's dead tokens live again.
    @discardableResult
    public func reviveToken(account: String, flow: SandboxFlow? = nil) throws(ControlError) -> Int {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.account(account) else { throw ControlError("no such account") }
            return world.setTokens(of: account, flow, deadSubcode: nil)
        }
    }

    /// Drops an account's webhooks without a word, as Meta does after long failures.
    public func dropSubscription(account: String, flow: SandboxFlow) throws(ControlError) {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.account(account) else { throw ControlError("no such account") }
            let asset = flow == .instagramLogin ? account.id : account.pageID ?? ""
            world.subscriptions[SubscriptionKey(app: flow.app, asset: asset)] = nil
        }
    }

    /// Parts an account from its Page, or links them again: what the Page's own node shows.
    public func setPageLink(account: String, isLinked: Bool) throws(ControlError) {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.account(account) else { throw ControlError("no such account") }
            guard let index = world.pages.firstIndex(where: { $0.id == account.pageID }) else {
                throw ControlError("the account has no Page")
            }
            world.pages[index].accountID = isLinked ? account.id : nil
        }
    }

    /// Links an account to another Page, as its owner may do at any time.
    public func moveAccount(_ name: String, toPage id: String) throws(ControlError) {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.accounts.firstIndex(where: { $0.username == name || $0.id == name }),
                let page = world.pages.firstIndex(where: { $0.id == id })
            else { throw ControlError("no such account or Page") }
            if let old = world.pages.firstIndex(where: { $0.id == world.accounts[account].pageID }) {
                world.pages[old].accountID = nil
            }
            world.pages[page].accountID = world.accounts[account].id
            world.accounts[account].pageID = id
        }
    }

    /// What the consent dialogs do by themselves.
    /// - Parameters:
    ///   - mode: `ask`, `allow` or `deny`.
    ///   - account: who consents: an account's user name or id, or a Facebook user.
    ///   - without: scopes that are left unticked.
    ///   - pages: ids of the Pages that are ticked; `nil` is all.
    public func setConsent(mode: String, account: String? = nil, without: [String] = [], pages: [String]? = nil) {
        apply { $0.consent = AutomaticConsent(mode: mode, account: account, without: without, pages: pages) }
    }

    /// Takes a scope away from an account's tokens, as a person does in the settings, or gives it back.
    /// - Returns: how many tokens changed.
    @discardableResult
    public func setScope(
        _ scope: String, account: String, flow: SandboxFlow? = nil, isGranted: Bool
    ) throws(ControlError) -> Int {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let account = world.account(account) else { throw ControlError("no such account") }
            return world.changeTokens(of: account, flow) { token in
                token.scopes.removeAll { $0 == scope }
                if isGranted { token.scopes.append(scope) }
            }
        }
    }

    /// Whether the owner allows access to messages (Instagram settings).
    public func setMessageAccess(account name: String, isAllowed: Bool) throws(ControlError) {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let index = world.accounts.firstIndex(where: { $0.username == name || $0.id == name }) else {
                throw ControlError("no such account")
            }
            world.accounts[index].allowsMessageAccess = isAllowed
        }
    }
}

extension SandboxWorld {
    /// Gives a live long-lived token and subscribes the webhooks, as a finished connect leaves them.
    mutating func connect(_ account: SandboxAccount, _ flow: SandboxFlow) -> String {
        let scopes = Self.knownScopes(flow)
        switch flow {
        case .instagramLogin:
            subscriptions[SubscriptionKey(app: .instagram, asset: account.id)] =
                ["messages", "messaging_postbacks", "messaging_seen", "message_reactions", "messaging_referral"]
            return issue(
                GrantedToken(
                    kind: .instagramLong, scopes: scopes, accountID: account.id, issuedAt: moment.world,
                    expiresAt: moment.world + Lifetime.long))
        case .facebookPage:
            guard let page = page(account.pageID) else { return "" }
            subscriptions[SubscriptionKey(app: .facebook, asset: page.id)] =
                ["messages", "messaging_postbacks", "message_echoes", "message_reactions", "message_reads"]
            let user = GrantedToken(
                kind: .userLong, scopes: scopes, owner: page.owner, pageIDs: [page.id], issuedAt: moment.world,
                expiresAt: moment.world + Lifetime.long)
            return pageToken(page, under: user)
        }
    }
}
