import Storage

/// What was written, acknowledged, kept, and accepted by Meta in a chaos run, when everything has come to rest.
struct ChaosHistory: Sendable {
    /// A patient's message.
    struct Asked: Sendable, Hashable {
        var account: String
        var person: String
        var channel: String
        var mid: String

        var conversation: String { "\(account) \(channel) \(person)" }
    }

    /// A message of the service that the sandbox accepted.
    struct Sent: Sendable, Hashable {
        /// The order in which Meta accepted it.
        var seq: Int
        var account: String
        var person: String
        var channel: String
        var text: String
        var mid: String

        var conversation: String { "\(account) \(channel) \(person)" }
    }

    /// Rows of events that are about one message of one account and in one state.
    struct Kept: Sendable, Hashable {
        var account: String
        /// None as long as the event has not been looked into.
        var mid: String?
        var state: String
        var reason: String?
        var count: Int
    }

    /// A reply as the database has it, with the mid of the message that it answers.
    struct Replied: Sendable, Hashable {
        struct Part: Sendable, Hashable {
            var state: String
            var mid: String?
        }

        /// Its place in the queue of its conversation.
        var id: Identifier
        var conversation: Identifier
        var answers: String?
        var state: String
        var reason: String?
        var parts: [Part] = []
    }

    var asked: [Asked] = []
    var sent: [Sent] = []
    var acknowledged: [DeliveryBook.Item] = []
    var kept: [Kept] = []
    /// By conversation, in queue order.
    var replied: [Replied] = []
    /// Deliveries that never got through.
    var undelivered = 0
    /// Sends that the sandbox spoiled: refused, or carried out without saying so.
    var faultedSends = 0
    /// Processes that ended in a way that nobody asked for.
    var crashes: [String] = []
}
