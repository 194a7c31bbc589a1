internal import Integrations

extension GraphError {
    /// For how many seconds Meta is to be left alone after it; `nil` where it says nothing of that.
    var pause: Int? {
        switch kind {
        case .throttled: retryAfter ?? RefusalVerdict.throttlePause
        case .policy: RefusalVerdict.policyPause
        default: nil
        }
    }

    /// Faults that many accounts show at once when Meta is down, or when the app itself has lost its access.
    var isPossiblyMetasFault: Bool {
        switch kind {
        case .notSent, .noAnswer, .transient, .tokenDead, .permission, .unsupported, .malformed: true
        default: false
        }
    }
}
