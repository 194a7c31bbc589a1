import Testing

@testable import Tenancy

@Suite struct ReplyRulesValidationTests {
    private func fields(_ rule: ReplyRule, hours: [String: [[String]]] = [:]) -> [String] {
        ReplyRulesValidation.errors(in: ReplyRules(rules: [rule], hours: hours)).map(\.field)
    }

    private let good = ReplyRule(name: "a", match: .any, text: "t", cooldownSeconds: 0)

    @Test(arguments: [
        (ReplyRule(name: " ", match: .any, text: "t"), "rules[0].name"),
        (ReplyRule(name: "a", match: .any, text: "\n"), "rules[0].text"),
        (ReplyRule(name: "a", match: .any, text: String(repeating: "x", count: 5001)), "rules[0].text"),
        // One character for whoever counts, and a thousand messages for whoever gets it.
        (
            ReplyRule(name: "a", match: .any, text: "e" + String(repeating: "\u{301}", count: 10_000)),
            "rules[0].text"
        ),
        (ReplyRule(name: "a", match: .keywords([]), text: "t"), "rules[0].match.keywords"),
        (
            ReplyRule(name: "a", match: .kinds([String(repeating: "k", count: 101)]), text: "t"),
            "rules[0].match.kinds[0]"
        ),
        (ReplyRule(name: "a", match: .keywords(["ok", "?!"]), text: "t"), "rules[0].match.keywords[1]"),
        (ReplyRule(name: "a", match: .kinds([]), text: "t"), "rules[0].match.kinds"),
        (ReplyRule(name: "a", match: .any, text: "t", cooldownSeconds: -1), "rules[0].cooldown_seconds"),
        (ReplyRule(name: "a", match: .any, text: "t", cooldownSeconds: 2_592_001), "rules[0].cooldown_seconds"),
    ])
    func aFaultyRuleNamesItsField(rule: ReplyRule, field: String) {
        #expect(fields(rule) == [field])
    }

    @Test(
        arguments: [
            (["mon": [["09:00", "17:00"], ["22:00", "02:00"], ["00:00", "24:00"]]], []),
            (["monday": [["09:00", "17:00"]]], ["hours.monday"]),
            (["tue": [["9:00", "17:00"]]], ["hours.tue[0]"]),
            (["tue": [["09:00", "10:00"], ["09:00"]]], ["hours.tue[1]"]),
            (["tue": [["09:00", "24:01"]]], ["hours.tue[0]"]),
            (["tue": [["24:00", "09:00"]]], ["hours.tue[0]"]),
            (["tue": [["09:00", "09:00"]]], ["hours.tue[0]"]),
            (["tue": Array(repeating: ["x"], count: 25)], ["hours.tue"]),
            (["tue": [["-1:00", "09:60"]]], ["hours.tue[0]"]),
        ] as [([String: [[String]]], [String])])
    func faultyHoursNameTheirField(hours: [String: [[String]]], expected: [String]) {
        #expect(fields(good, hours: hours) == expected)
    }

    @Test func namesAreUniqueAndRulesLimited() {
        #expect(ReplyRulesValidation.errors(in: ReplyRules(rules: [good, good])).map(\.field) == ["rules[1].name"])
        let many = (0...100).map { ReplyRule(name: "\($0)", match: .any, text: "t", cooldownSeconds: 2_592_000) }
        #expect(ReplyRulesValidation.errors(in: ReplyRules(rules: many)).map(\.field) == ["rules"])
        #expect(ReplyRulesValidation.errors(in: ReplyRules(rules: Array(many.dropLast()))).isEmpty)
    }
}
