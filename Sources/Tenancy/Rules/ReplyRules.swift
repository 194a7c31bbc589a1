/// A tenant's rules: the first that matches answers.
public struct ReplyRules: Sendable, Hashable, Codable {
    /// In order; the first match wins.
    public var rules: [ReplyRule]
    /// Opening hours by weekday (`mon` ... `sun`): pairs of `HH:MM` in the tenant's time zone. Empty: always open.
    public var hours: [String: [[String]]]

    /// Memberwise.
    public init(rules: [ReplyRule], hours: [String: [[String]]] = [:]) {
        self.rules = rules
        self.hours = hours
    }

    private enum CodingKeys: String, CodingKey {
        case rules, hours
    }

    /// Reads the JSON form; absent `hours` mean always open. Whether the rules make sense is not checked here.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rules = try container.decode([ReplyRule].self, forKey: .rules)
        hours = try container.decodeIfPresent([String: [[String]]].self, forKey: .hours) ?? [:]
    }
}

/// One rule: what it matches and what it answers.
public struct ReplyRule: Sendable, Hashable {
    /// What a rule looks at.
    public enum Match: Sendable, Hashable {
        /// Every message.
        case any
        /// Messages whose text holds one of these as a whole word, folded for case, width and diacritics.
        case keywords([String])
        /// Messages that arrive outside the opening hours.
        case outsideHours
        /// Messages of one of these kinds, such as `image` or `story_mention`.
        case kinds([String])
    }

    /// Unique within the tenant.
    public var name: String
    /// Which messages it answers.
    public var match: Match
    /// May hold `{{username}}` and `{{practice}}`.
    public var text: String
    /// Seconds in which the rule answers a conversation at most once; a rule in cooldown ends the search.
    public var cooldownSeconds: Int?

    /// Memberwise.
    public init(name: String, match: Match, text: String, cooldownSeconds: Int? = nil) {
        self.name = name
        self.match = match
        self.text = text
        self.cooldownSeconds = cooldownSeconds
    }
}

extension ReplyRule: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, match, text
        case cooldownSeconds = "cooldown_seconds"
    }

    private enum MatchKeys: String, CodingKey, CaseIterable {
        case any, keywords, kinds
        case outsideHours = "outside_hours"
    }

    /// Reads the JSON form.
    /// - Throws: `DecodingError`, also unless `match` has exactly one key.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        text = try container.decode(String.self, forKey: .text)
        cooldownSeconds = try container.decodeIfPresent(Int.self, forKey: .cooldownSeconds)
        let match = try container.nestedContainer(keyedBy: MatchKeys.self, forKey: .match)
        guard match.allKeys.count == 1, let key = match.allKeys.first else {
            throw DecodingError.dataCorruptedError(
                forKey: .match, in: container,
                debugDescription: "match takes exactly one of any, keywords, outside_hours, kinds")
        }
        switch key {
        case .any where try match.decode(Bool.self, forKey: .any):
            self.match = .any
        case .outsideHours where try match.decode(Bool.self, forKey: .outsideHours):
            self.match = .outsideHours
        case .keywords:
            self.match = .keywords(try match.decode([String].self, forKey: .keywords))
        case .kinds:
            self.match = .kinds(try match.decode([String].self, forKey: .kinds))
        case .any, .outsideHours:
            throw DecodingError.dataCorruptedError(
                forKey: .match, in: container, debugDescription: "any and outside_hours may only be true")
        }
    }

    /// Writes the JSON form, `match` with its one key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(text, forKey: .text)
        try container.encodeIfPresent(cooldownSeconds, forKey: .cooldownSeconds)
        var match = container.nestedContainer(keyedBy: MatchKeys.self, forKey: .match)
        switch self.match {
        case .any: try match.encode(true, forKey: .any)
        case .outsideHours: try match.encode(true, forKey: .outsideHours)
        case .keywords(let words): try match.encode(words, forKey: .keywords)
        case .kinds(let kinds): try match.encode(kinds, forKey: .kinds)
        }
    }
}
