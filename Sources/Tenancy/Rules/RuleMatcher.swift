/// Finds the rule that answers a message. Pure: what was answered before is asked through a closure.
public struct RuleMatcher: Sendable {
    /// What came of the search.
    public enum Outcome: Sendable, Hashable {
        /// This rule answers.
        case reply(ReplyRule)
        /// No rule matches.
        case noRule
        /// A rule matches but has answered this conversation a short while ago: the search ends there.
        case cooldown
    }

    private let rules: [(rule: ReplyRule, keywords: [FoldedWords])]
    private let hours: OpeningHours

    /// - Parameters:
    ///   - rules: the tenant's.
    ///   - timezone: the tenant's, an IANA name.
    public init(_ rules: ReplyRules, timezone: String) {
        self.rules = rules.rules.map { rule in
            guard case .keywords(let words) = rule.match else { return (rule, []) }
            return (rule, words.map(FoldedWords.init))
        }
        hours = OpeningHours(rules.hours, timezone: timezone)
    }

    /// - Parameters:
    ///   - kinds: what the message consists of, such as `text` or `image`.
    ///   - text: `nil` where it is unknown or there is none: then no rule that reads the text matches.
    ///   - now: decides about opening hours and cooldown.
    ///   - lastUse: when a rule last answered this conversation; asked only of the rule that matches.
    public func match(
        kinds: Set<String>, text: String?, now: Timestamp, lastUse: (ReplyRule) throws -> Timestamp?
    ) rethrows -> Outcome {
        // Folding a text costs more than all the rest: only where a rule asks for words.
        lazy var words = text.map(FoldedWords.init)
        for (rule, keywords) in rules {
            let matches =
                switch rule.match {
                case .any: true
                case .keywords: words.map { words in keywords.contains(where: words.contains) } ?? false
                case .outsideHours: !hours.isOpen(at: now)
                case .kinds(let wanted): !kinds.isDisjoint(with: wanted)
                }
            guard matches else { continue }
            if let cooldown = rule.cooldownSeconds, cooldown > 0, let last = try lastUse(rule),
                now < last.adding(seconds: cooldown)
            {
                return .cooldown
            }
            return .reply(rule)
        }
        return .noRule
    }
}
