internal import Integrations

/// What a fault's page says.
struct FaultWords: Sendable, Equatable {
    var title: String
    /// What happened, and that nothing was changed.
    var message: String
    /// What to do now.
    var advice: String
}

extension ConnectFault {
    func words(in language: PageLanguage) -> FaultWords {
        switch language {
        case .english: english
        case .german: german
        }
    }
}

/// What Meta's error comes down to for a person: Meta's own words may hold what must not be shown.
enum MetaFault: Sendable, CaseIterable {
    case unreachable, throttled, permission, refused, other

    init(_ error: GraphError) {
        switch error.kind {
        case .notSent, .noAnswer: self = .unreachable
        case .throttled: self = .throttled
        case .permission: self = .permission
        case .tokenDead, .content, .policy: self = .refused
        default: self = .other
        }
    }
}
