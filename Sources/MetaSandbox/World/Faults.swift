/// What can go wrong, by the names that the control API uses.
public enum FaultName: String, Sendable, Hashable, CaseIterable {
    /// A message arrives only as `message_edit` (`num_edit` 0) without sender, recipient and text.
    case senderlessEditOnly = "senderless_edit_only"
    /// The `message` and, after it, the senderless `message_edit`.
    case senderlessEditWithMessage = "senderless_edit_with_message"
    /// The senderless `message_edit` first, then the `message`.
    case editBeforeMessage = "edit_before_message"
    /// The `message` and, after it, a `message_edit` that has its sender.
    case editWithSender = "edit_with_sender"
    /// Reads come without sender and recipient.
    case senderlessRead = "senderless_read"
    /// Every delivery is made twice, byte for byte.
    case duplicates
    /// An event is held back so that later ones overtake it.
    case reorder
    /// Looking a message up answers 500.
    case messageLookup500 = "message_lookup_500"
    /// Looking a message up answers `{}`.
    case messageLookupEmpty = "message_lookup_empty"
    /// Conversations are listed empty, and a conversation shows neither people nor messages.
    case conversationsEmpty = "conversations_empty"
    /// The token is dead: 190/460.
    case tokenDead = "token_dead"
    /// Too many calls: 613/2534040 for sends, 4 for the rest, with usage headers.
    case throttle
    /// 500 with code 2, before anything was done.
    case serverError = "server_error"
    /// The connection closes before anything was done, and without an answer.
    case lostRequest = "lost_request"
    /// The call is carried out only after the rule's milliseconds, whether or not anybody still waits for its answer.
    case slowRequest = "slow_request"
    /// The call is carried out, then the connection closes without an answer.
    case lostAnswer = "lost_answer"
    /// The call is carried out, then the answer is 500.
    case late500 = "late_500"
    /// The answer waits for the rule's milliseconds.
    case slowAnswer = "slow_answer"
    /// No echo of what the service sends.
    case echoMissing = "echo_missing"
    /// The echo is delivered, and answered, before the send is.
    case echoFirst = "echo_first"
    /// The two flows of an account know people and threads by different ids. Constant, not drawn per call.
    case flowsDiffer = "flows_differ"
    /// Meta's outage of July 2026: code 100 "Unsupported request".
    case code100 = "code_100"
    /// The app lacks Advanced Access to messages of people without a role on it: 200/2534048 for sends and look-ups.
    case noAppAccess = "no_app_access"
    /// The call is carried out, and the answer stops half way.
    case truncatedAnswer = "truncated_answer"
}

/// One fault that is switched on.
public struct FaultRule: Sendable, Hashable {
    /// Assigned when it is switched on.
    public var id: Int
    /// What goes wrong.
    public var name: FaultName
    /// Only for this account; `nil` is everybody.
    public var accountID: String?
    /// Only in this flow; `nil` is both.
    public var flow: SandboxFlow?
    /// Only for this call: `send`, `message`, `conversation`, `conversations`, `profile`, `me`, `accounts`,
    /// `subscribed_apps`, `token`, `permissions`; `nil` is every call. Webhook faults have none.
    public var operation: String?
    /// The share of cases, 0 to 1.
    public var share: Double
    /// How often it still strikes; `nil` is without end.
    public var remaining: Int?
    /// For what is slow or apart: milliseconds.
    public var milliseconds: Int64?
    /// For what is delivered more than once: how often in all; `nil` is twice.
    public var copies: Int?

    /// Memberwise; the world assigns the id.
    public init(
        _ name: FaultName, accountID: String? = nil, flow: SandboxFlow? = nil, operation: String? = nil,
        share: Double = 1, remaining: Int? = nil, milliseconds: Int64? = nil, copies: Int? = nil
    ) {
        self.id = 0
        self.copies = copies
        self.name = name
        self.accountID = accountID
        self.flow = flow
        self.operation = operation
        self.share = share
        self.remaining = remaining
        self.milliseconds = milliseconds
    }
}

/// The faults that are on, and the draw whether one strikes.
struct FaultBook: Sendable {
    private(set) var rules: [FaultRule] = []
    /// How often each fault has struck, by "name operation", or by the name alone where it strikes no call. A rule that
    /// is switched off leaves its count.
    private(set) var strikes: [String: Int] = [:]
    private var lastID = 0

    mutating func add(_ rule: FaultRule) -> FaultRule {
        lastID += 1
        var rule = rule
        rule.id = lastID
        rules.append(rule)
        return rule
    }

    /// Switches off what matches; `nil` matches anything.
    mutating func remove(id: Int?, name: FaultName?, accountID: String?) {
        rules.removeAll { rule in
            (id == nil || rule.id == id) && (name == nil || rule.name == name)
                && (accountID == nil || rule.accountID == accountID)
        }
    }

    /// Whether a constant fault holds, without a draw.
    func holds(_ name: FaultName, accountID: String?) -> Bool {
        rules.contains { $0.name == name && ($0.accountID == nil || $0.accountID == accountID) }
    }

    /// Draws; a rule with a count loses one.
    /// - Returns: the rule that strikes.
    mutating func strike(
        _ name: FaultName, accountID: String?, flow: SandboxFlow, operation: String? = nil,
        random: inout SeededGenerator
    ) -> FaultRule? {
        for index in rules.indices where rules[index].name == name {
            let rule = rules[index]
            guard rule.accountID == nil || rule.accountID == accountID, rule.flow == nil || rule.flow == flow,
                rule.operation == nil || rule.operation == operation, rule.remaining ?? 1 > 0,
                rule.share >= 1 || random.fraction() < rule.share
            else { continue }
            if let left = rule.remaining {
                rules[index].remaining = left - 1
            }
            strikes[operation.map { "\(name.rawValue) \($0)" } ?? name.rawValue, default: 0] += 1
            return rule
        }
        return nil
    }
}
