internal import Integrations
internal import Tenancy

/// Who has written to an account, as Meta lists it: somebody is a recipient only where a message of theirs is shown.
struct ConnectionRecipients: Sendable {
    /// One of them.
    struct Recipient: Sendable, Hashable {
        /// The id under which this connection reaches them.
        var id: String
        /// Where Meta tells it.
        var username: String?
        /// When they last wrote, as far as the newest messages tell.
        var lastMessageAt: Timestamp?
    }

    /// How many are told of at most.
    static let limit = 20

    /// - Returns: the recipients, the one who wrote last first.
    static func find(
        _ integration: any Integration, _ access: AccountAccess, ownIDs: Set<String>
    ) async throws(GraphError) -> [Recipient] {
        let conversations = try await integration.conversations(
            on: .instagram, with: nil, access: access)
        var found: [String: Recipient] = [:]
        for message in conversations.flatMap(\.messages) {
            guard let id = message.from, !ownIDs.contains(id) else { continue }
            let moment = message.createdAt.map(Timestamp.init(milliseconds:))
            var recipient = found[id] ?? Recipient(id: id)
            recipient.username = recipient.username ?? message.fromUsername
            recipient.lastMessageAt = [recipient.lastMessageAt, moment].compactMap(\.self).max()
            found[id] = recipient
        }
        let first = Timestamp(milliseconds: 0)
        return Array(
            found.values.sorted { one, other in
                let (a, b) = (one.lastMessageAt ?? first, other.lastMessageAt ?? first)
                return a == b ? one.id < other.id : a > b
            }.prefix(limit))
    }

    /// What the list says as a check.
    static func result(_ recipients: [Recipient]) -> CheckResult {
        recipients.isEmpty
            ? CheckResult(
                "recipients", .warn, "Meta shows nobody who has written",
                fix: "write to the account from another one, and see that access to messages is on in the Instagram app"
            )
            : CheckResult("recipients", .pass, "\(recipients.count) have written")
    }

    /// The list could not be had.
    static func result(_ error: GraphError) -> CheckResult {
        switch error.kind {
        case .notSent, .noAnswer, .transient, .throttled, .unsupported, .malformed:
            CheckResult("recipients", .warn, "Meta did not answer (\(error))", fix: "try again later")
        default:
            CheckResult(
                "recipients", .fail, "Meta refuses to list conversations (\(error))",
                fix: "let the doctor switch on access to messages in the Instagram app, then connect again")
        }
    }
}
