/// Says what is wrong with rules before they are stored; every fault at once.
public enum ReplyRulesValidation {
    /// The most rules a tenant may have.
    public static let ruleLimit = 100
    /// The longest text of a rule, in characters.
    public static let textLimit = 5000
    /// The longest name of a rule, in characters.
    public static let nameLimit = 100
    /// Keywords or kinds of one rule.
    public static let keywordLimit = 200
    /// The longest cooldown: 30 days, in seconds.
    public static let cooldownLimit = 30 * 86_400
    /// Intervals of one day's opening hours.
    public static let intervalLimit = 24

    /// - Returns: nothing where the rules may be stored.
    public static func errors(in rules: ReplyRules) -> [FieldError] {
        var errors: [FieldError] = []
        if rules.rules.count > ruleLimit {
            errors.append(FieldError(field: "rules", message: "At most \(ruleLimit) rules are possible."))
        }
        var names: Set<String> = []
        for (index, rule) in rules.rules.prefix(ruleLimit).enumerated() {
            errors += faults(of: rule).map { FieldError(field: "rules[\(index)].\($0)", message: $1) }
            if !names.insert(rule.name).inserted {
                errors.append(FieldError(field: "rules[\(index)].name", message: "Another rule has this name."))
            }
        }
        return errors + errorsInHours(rules.hours)
    }

    private static func faults(of rule: ReplyRule) -> [(field: String, message: String)] {
        var faults: [(String, String)] = []
        if rule.name.allSatisfy(\.isWhitespace) {
            faults.append(("name", "The name is empty."))
        } else if TextLength.exceeds(nameLimit, in: rule.name) {
            faults.append(("name", "The name is longer than \(nameLimit) characters."))
        } else if ControlCharacters.are(in: rule.name) {
            faults.append(("name", "The name holds control characters."))
        }
        if rule.text.allSatisfy(\.isWhitespace) {
            faults.append(("text", "The text is empty."))
        } else if TextLength.exceeds(textLimit, in: rule.text) {
            faults.append(("text", "The text is longer than \(textLimit) characters."))
        } else if ControlCharacters.are(in: rule.text, multiline: true) {
            faults.append(("text", "The text holds control characters."))
        }
        if let seconds = rule.cooldownSeconds, !(0...cooldownLimit).contains(seconds) {
            faults.append(("cooldown_seconds", "The cooldown must lie between 0 and \(cooldownLimit) seconds."))
        }
        switch rule.match {
        case .any, .outsideHours:
            break
        case .keywords(let words):
            if words.isEmpty { faults.append(("match.keywords", "There is no keyword.")) }
            // Every message is held against every keyword, in the one transaction that others wait for.
            if words.count > keywordLimit {
                faults.append(("match.keywords", "There are more than \(keywordLimit) keywords."))
            }
            for (index, word) in words.enumerated() where TextLength.exceeds(nameLimit, in: word) {
                faults.append(("match.keywords[\(index)]", "The keyword is longer than \(nameLimit) characters."))
            }
            for (index, word) in words.enumerated() where ControlCharacters.are(in: word) {
                faults.append(("match.keywords[\(index)]", "The keyword holds control characters."))
            }
            for (index, word) in words.enumerated() where FoldedWords(word).words.isEmpty {
                faults.append(("match.keywords[\(index)]", "The keyword holds no letter, digit or symbol."))
            }
        case .kinds(let kinds):
            if kinds.isEmpty { faults.append(("match.kinds", "There is no kind.")) }
            if kinds.count > keywordLimit {
                faults.append(("match.kinds", "There are more than \(keywordLimit) kinds."))
            }
            for (index, kind) in kinds.enumerated() where kind.allSatisfy(\.isWhitespace) {
                faults.append(("match.kinds[\(index)]", "The kind is empty."))
            }
            for (index, kind) in kinds.enumerated() where TextLength.exceeds(nameLimit, in: kind) {
                faults.append(("match.kinds[\(index)]", "The kind is longer than \(nameLimit) characters."))
            }
            for (index, kind) in kinds.enumerated() where ControlCharacters.are(in: kind) {
                faults.append(("match.kinds[\(index)]", "The kind holds control characters."))
            }
        }
        return faults
    }

    private static func errorsInHours(_ hours: [String: [[String]]]) -> [FieldError] {
        hours.sorted { $0.key < $1.key }.flatMap { day, intervals -> [FieldError] in
            guard OpeningHours.weekdays.contains(day) else {
                return [FieldError(field: "hours.\(day)", message: "Days are mon, tue, wed, thu, fri, sat, sun.")]
            }
            if intervals.count > intervalLimit {
                return [FieldError(field: "hours.\(day)", message: "At most \(intervalLimit) intervals are possible.")]
            }
            return intervals.enumerated().compactMap { index, pair in
                fault(ofInterval: pair).map { FieldError(field: "hours.\(day)[\(index)]", message: $0) }
            }
        }
    }

    private static func fault(ofInterval pair: [String]) -> String? {
        guard pair.count == 2 else { return "An interval is a start and an end." }
        guard let start = OpeningHours.minutes(pair[0]), let end = OpeningHours.minutes(pair[1]) else {
            return "Times are HH:MM, 00:00 to 24:00."
        }
        if start == end { return "The interval is empty; a whole day is 00:00 to 24:00." }
        if start == 24 * 60 { return "An interval cannot start at 24:00." }
        return nil
    }
}
