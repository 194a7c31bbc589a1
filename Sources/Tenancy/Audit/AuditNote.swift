/// What is done, for the audit log: names and counts, never a text, a secret or anything of a patient's.
public struct AuditNote: Sendable, Hashable {
    /// What is done. Words that are written once stay: old entries keep them.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        case tenantCreate = "tenant.create"
        case tenantChange = "tenant.change"
        case tenantFlow = "tenant.flow"
        case replyRulesReplace = "reply_rules.replace"
        case connectLinkCreate = "connect_link.create"
        case connectLinkWithdraw = "connect_link.withdraw"
        case connectLinkAuthorize = "connect_link.authorize"
        case connectLinkFail = "connect_link.fail"
        case connectionConnect = "connection.connect"
        case connectionDeauthorize = "connection.deauthorize"
        case connectionForget = "connection.forget"
        case connectionTestMessage = "connection.test_message"
        case connectionDisconnect = "connection.disconnect"
        case conversationAutomation = "conversation.automation"
        case conversationMessage = "conversation.message"
        case eventReplay = "event.replay"
        case eventsReplay = "events.replay"
        case replyRetry = "reply.retry"
        case replyCancel = "reply.cancel"
        case apiKeyCreate = "api_key.create"
        case apiKeyRevoke = "api_key.revoke"
        case switchesChange = "switches.change"
        case encryptionKeysRotate = "encryption_keys.rotate"
        case operatorSignIn = "operator.sign_in"
        case operatorSignOut = "operator.sign_out"
        case practiceSignIn = "practice.sign_in"
        case practiceSignOut = "practice.sign_out"
        case tenantDelete = "tenant.delete"
        case patientErase = "patient.erase"
    }

    /// What is done.
    public var action: Action
    /// Id of the thing that it is done to; `nil` where the tenant itself, or no single thing, is meant.
    public var targetID: String?
    /// What else is to be known.
    public var detail: [String: AuditValue]

    /// - Parameters:
    ///   - action: what is done.
    ///   - targetID: id of the thing that it is done to.
    ///   - detail: names and counts only.
    public init(_ action: Action, _ targetID: String? = nil, detail: [String: AuditValue] = [:]) {
        self.action = action
        self.targetID = targetID
        self.detail = detail
    }

    /// The kind of thing that it is done to: the action's first word.
    public var target: String { String(action.rawValue.prefix { $0 != "." }) }
}

/// A value in the detail of an entry.
public enum AuditValue: Sendable, Hashable, Codable {
    case word(String)
    case words([String])
    case count(Int)

    /// - Throws: `DecodingError` for anything but a string, a list of strings or a whole number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let word = try? container.decode(String.self) {
            self = .word(word)
        } else if let count = try? container.decode(Int.self) {
            self = .count(count)
        } else {
            self = .words(try container.decode([String].self))
        }
    }

    /// A string, a list of strings or a whole number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .word(let word): try container.encode(word)
        case .words(let words): try container.encode(words)
        case .count(let count): try container.encode(count)
        }
    }
}
