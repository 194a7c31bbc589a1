import Integrations

/// A sample body with what must become of it.
struct DemoShape: Sendable {
    var name: String
    var template: JSONValue
    /// The end of each of its events, as state/reason.
    var outcomes: [String]
    /// Whether it is about an earlier message.
    var refersBack: Bool

    /// How many of its events are answered.
    var replies: Int { outcomes.count { $0 == Self.replied } }
    /// Whether it is the dashboard's test button.
    var isTest: Bool { name.hasPrefix("test-") }
    /// Whether it comes from a Page's own inbox.
    var isOfPage: Bool { name.hasPrefix("page-") }

    private static let replied = "done/replied"

    /// - Parameter name: the sample's; `nil` comes back for one that nothing is known of.
    init?(_ name: String, json: String) {
        guard let template = try? JSONValue.parse(json), let outcomes = Self.outcomes(name) else { return nil }
        self.name = name
        self.template = template
        self.outcomes = outcomes
        refersBack = Self.aboutEarlierMessages.contains(name)
    }

    private static let aboutEarlierMessages: Set<String> = [
        "ig-message-reply-to-mid", "ig-message-deleted", "ig-message-edit-1", "ig-reaction", "ig-read",
        "ig-standby-read", "page-message-edit", "page-message-edit-string", "page-reaction", "page-read",
        "page-delivery",
    ]

    private static func outcomes(_ name: String) -> [String]? {
        switch name {
        case "ig-noise-pair": [replied, "done/edit_noise"]
        case "ig-message-deleted": ["done/recorded"]
        case "ig-message-edit-1", "page-message-edit", "page-message-edit-string": ["done/edit_applied"]
        // Nobody delivered the message itself: the edit stands for it.
        case "ig-message-edit-0-no-sender", "ig-message-edit-0-with-sender": [replied]
        case "ig-postback-self": ["done/own_account"]
        case "ig-event-without-kind", "ig-story-insights", "page-policy-enforcement": ["done/unrecognised"]
        case "ig-reaction", "ig-read", "ig-referral", "page-reaction", "page-read", "page-delivery": ["done/recorded"]
        case let name where name.hasPrefix("test-"): ["done/test_delivery"]
        case let name where name.hasPrefix("ig-echo-") || name == "page-echo": ["done/echo"]
        case let name where name.contains("-standby-"): ["done/standby"]
        case let name where name.hasSuffix("-thread-control") || name.contains("-optin-"): ["done/recorded"]
        case let name where name.contains("-comment") || name.hasPrefix("ig-mention-"): ["done/recorded"]
        case let name where name.contains("-message-") || name.contains("-postback"): [replied]
        default: nil
        }
    }
}
