internal import HTTPTypes
internal import Integrations

/// Why a step of connecting did not go on. Whatever it is, nothing of the practice was changed.
enum ConnectFault: Error, Equatable {
    case linkUnknown, linkExpired, linkUsed
    /// The link only shows the state.
    case linkOnlyShows
    /// The flow, by its name for people, is switched off; `nil` for one that is not known.
    case flowOff(String?)
    /// Connecting is switched off, for the practice or altogether.
    case connectingOff
    /// The `state` value: nobody's, late, used before, or another browser's.
    case stateUnknown, stateExpired, stateReused, foreignBrowser
    /// The link was used too often within ten minutes.
    case tooManyAttempts
    /// The person said no.
    case denied
    /// Scopes that were not granted.
    case scopesMissing([String])
    /// The consent reaches nothing that can be connected.
    case nothingEligible([AccountCandidate])
    /// Another practice has the account.
    case accountTaken
    /// The practice has another account.
    case otherAccount
    /// Meta took the subscription and does not show it.
    case notSubscribed
    /// Meta refused or could not be reached.
    case meta(GraphError)
    /// There is nothing to choose any more.
    case choicesGone
    /// The form was not ours, or names no account that can be connected.
    case formForeign, choiceUnknown
    /// There is no session, or it has ended.
    case sessionOver
    /// Our own fault.
    case unavailable

    var status: HTTPTypes.HTTPResponse.Status {
        switch self {
        case .linkUnknown: .notFound
        case .linkExpired, .linkUsed, .choicesGone: .gone
        case .stateUnknown, .stateExpired, .stateReused, .denied, .choiceUnknown: .badRequest
        case .foreignBrowser, .scopesMissing, .linkOnlyShows, .formForeign, .sessionOver: .forbidden
        case .nothingEligible: .unprocessableContent
        case .tooManyAttempts: .tooManyRequests
        case .accountTaken, .otherAccount: .conflict
        case .notSubscribed, .meta: .badGateway
        case .flowOff, .connectingOff, .unavailable: .serviceUnavailable
        }
    }

    /// A bounded word for the log.
    var word: String {
        switch self {
        case .linkUnknown: "link_unknown"
        case .linkExpired: "link_expired"
        case .linkUsed: "link_used"
        case .linkOnlyShows: "link_only_shows"
        case .flowOff: "flow_off"
        case .connectingOff: "connecting_off"
        case .stateUnknown: "state_unknown"
        case .stateExpired: "state_expired"
        case .stateReused: "state_reused"
        case .foreignBrowser: "foreign_browser"
        case .tooManyAttempts: "too_many_attempts"
        case .denied: "denied"
        case .scopesMissing: "scopes_missing"
        case .nothingEligible: "nothing_eligible"
        case .accountTaken: "account_taken"
        case .otherAccount: "other_account"
        case .notSubscribed: "not_subscribed"
        case .meta(let error): "meta_\(error.kind.rawValue)"
        case .choicesGone: "choices_gone"
        case .formForeign: "form_foreign"
        case .choiceUnknown: "choice_unknown"
        case .sessionOver: "session_over"
        case .unavailable: "unavailable"
        }
    }
}
