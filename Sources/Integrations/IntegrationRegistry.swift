/// The integrations that are switched on. A further flow is one more folder and one line in ``known``.
public struct IntegrationRegistry: Sendable {
    /// Every flow that the program has, switched on or not: one that is off can be named with the reason.
    public static let known: [KnownFlow] = [
        InstagramLogin.flow,
        FacebookPage.flow,
    ]

    /// The integrations in the order given.
    public let all: [any Integration]

    /// - Parameter integrations: those whose app id and secret are configured; of two with one name the first counts.
    public init(_ integrations: [any Integration]) {
        var names: Set<String> = []
        all = integrations.filter { names.insert($0.name).inserted }
    }

    /// - Returns: `nil` for a flow that is off or unknown.
    public subscript(name: String) -> (any Integration)? {
        all.first { $0.name == name }
    }

    /// The integrations whose webhooks this app's secret signs.
    public func serving(app: MetaApp) -> [any Integration] {
        all.filter { $0.app == app }
    }

    /// The flows that the program has but that are not switched on.
    public var off: [KnownFlow] {
        Self.known.filter { self[$0.name] == nil }
    }
}

/// A flow's fixed facts, known also while it is off.
public struct KnownFlow: Sendable, Hashable {
    /// The name in the API, the database and metrics.
    public let name: String
    /// The name for people.
    public let title: String
    /// The Meta app behind it.
    public let app: MetaApp

    /// Memberwise.
    public init(name: String, title: String, app: MetaApp) {
        self.name = name
        self.title = title
        self.app = app
    }

    /// Why the flow cannot be used, in one sentence: which app's settings are missing.
    public var offReason: String { "\(title) is off because its app id and secret are missing." }
}
