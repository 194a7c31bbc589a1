import Testing

@testable import Tenancy

@Suite struct RuleMatcherTests {
    private let now = Timestamp(milliseconds: 1_750_000_000_000)

    private func outcome(
        _ rules: [ReplyRule], kinds: Set<String> = ["text"], text: String?, hours: [String: [[String]]] = [:],
        lastUse: Timestamp? = nil
    ) -> RuleMatcher.Outcome {
        RuleMatcher(ReplyRules(rules: rules, hours: hours), timezone: "Europe/Berlin")
            .match(kinds: kinds, text: text, now: now) { _ in lastUse }
    }

    private func rule(_ match: ReplyRule.Match, _ name: String = "r", cooldown: Int? = nil) -> ReplyRule {
        ReplyRule(name: name, match: match, text: "t", cooldownSeconds: cooldown)
    }

    @Test(arguments: [
        ("Termin", "Ich möchte einen TERMIN!", true),
        ("Termin", "Terminabsage", false),
        ("termin", "Ersatztermin", false),
        ("Öffnungszeiten", "offnungszeiten?", true),
        ("offnungszeiten", "ÖFFNUNGSZEITEN", true),
        ("strasse", "Straße 5", true),
        ("Straße", "HAUPTSTRASSE", false),
        ("ａｂｃ", "abc", true),
        ("opening hours", "What are your opening-hours?", true),
        ("opening hours", "opening the hours", false),
        ("preis", "preis/leistung", true),
        ("don't", "I don’t know", true),
        ("doctor", "the doctor's office", true),
        ("café", "cafe\u{301}", true),
        ("क", "कि", false),
        ("किताब", "मेरी किताब।", true),
        ("予約", "明日予約したいです", true),
        ("予約", "明日予定したいです", false),
        ("นัด", "ขอนัดหมอ", true),
        ("سلام", "سَلام عليكم", true),
        ("👍", "ok 👍🏽!", true),
        ("c++", "c + +", true),
        ("24", "24h", false),
        ("24", "um 24 Uhr", true),
        ("ΟΔΟΣ", "οδος", true),
        ("!?", "!?", false),
        ("", "anything", false),
    ])
    func aKeywordIsAWholeWord(keyword: String, text: String, matches: Bool) {
        let expected: RuleMatcher.Outcome = matches ? .reply(rule(.keywords([keyword]))) : .noRule
        #expect(outcome([rule(.keywords([keyword]))], text: text) == expected)
    }

    @Test func aMessageWithoutTextMatchesNoRuleThatReadsIt() {
        #expect(outcome([rule(.keywords(["a"]))], text: nil) == .noRule)
        #expect(outcome([rule(.keywords(["a"])), rule(.any, "any")], text: nil) == .reply(rule(.any, "any")))
        #expect(outcome([rule(.kinds(["image"]))], kinds: ["image"], text: nil) == .reply(rule(.kinds(["image"]))))
        #expect(outcome([rule(.kinds(["image"]))], kinds: ["text"], text: nil) == .noRule)
    }

    @Test func theFirstRuleThatMatchesWins() {
        let rules = [rule(.keywords(["x"]), "1"), rule(.keywords(["b"]), "2"), rule(.any, "3")]
        #expect(outcome(rules, text: "a b c") == .reply(rules[1]))
    }

    @Test func aRuleInCooldownEndsTheSearch() {
        let rules = [rule(.any, "1", cooldown: 60), rule(.any, "2")]
        #expect(outcome(rules, text: "a", lastUse: now.adding(seconds: -59)) == .cooldown)
        #expect(outcome(rules, text: "a", lastUse: now.adding(seconds: -60)) == .reply(rules[0]))
        #expect(outcome(rules, text: "a", lastUse: nil) == .reply(rules[0]))
        #expect(outcome([rule(.any, cooldown: 0)], text: "a", lastUse: now) == .reply(rule(.any, cooldown: 0)))
    }

    @Test func outsideHoursMatchesOnlyWhenClosed() {
        // Sunday, 15 June 2025, 17:06 in Berlin.
        #expect(
            outcome([rule(.outsideHours)], text: nil, hours: ["mon": [["09:00", "17:00"]]])
                == .reply(rule(.outsideHours)))
        #expect(outcome([rule(.outsideHours)], text: nil, hours: ["sun": [["09:00", "18:00"]]]) == .noRule)
        #expect(outcome([rule(.outsideHours)], text: nil) == .noRule)
    }
}
