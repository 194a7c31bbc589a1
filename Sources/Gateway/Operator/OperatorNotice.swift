/// What has just been done, told on the page that is shown next. A word in the address, so that nobody can make the page say
/// anything else.
enum OperatorNotice: String, Sendable, CaseIterable {
    case replayed
    case notReplayed = "not_replayed"
    case retried
    case notRetried = "not_retried"
    case cancelled
    case notCancelled = "not_cancelled"
    case sendingOn = "sending_on"
    case sendingOff = "sending_off"

    var text: String {
        switch self {
        case .replayed: "The event is processed again."
        case .notReplayed: "Only parked and failed events whose payload is still kept can be replayed."
        case .retried: "The reply is queued again."
        case .notRetried: "Only held and failed replies can be sent again."
        case .cancelled: "The reply is given up."
        case .notCancelled: "Only replies that have not begun to be sent, and held ones, can be given up."
        case .sendingOn: "Sending is on. What waited goes out now."
        case .sendingOff: "Sending is off. Replies wait in their queues."
        }
    }
}
