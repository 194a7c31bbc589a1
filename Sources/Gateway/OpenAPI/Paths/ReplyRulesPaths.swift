internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants/{tenant_id}/reply-rules`
    static let replyRules = Topic(
        tag: "Reply rules", about: "What is answered, and when: the first rule that matches.",
        schemas: ["ReplyRules": rules, "ReplyRule": rule, "RuleMatch": match, "OpeningHours": hours],
        operations: [show, replace])

    private static let rules = Schema.object(
        "A tenant's rules.",
        [
            "rules": .list(
                "In order; the first match wins. Their names differ.", of: .named("ReplyRule"),
                max: ReplyRulesValidation.ruleLimit),
            "hours": .named("OpeningHours"),
        ], optional: ["hours"])

    private static let rule = Schema.object(
        "What a rule matches and what it answers.",
        [
            "name": .line("Names it among the tenant's.", max: ReplyRulesValidation.nameLimit),
            "match": .named("RuleMatch"),
            "text": .lines(
                "The answer; `{{username}}` and `{{practice}}` are filled in.", max: ReplyRulesValidation.textLimit),
            "cooldown_seconds": .integer(
                "It answers a conversation at most once in this time; while it lasts, nothing is answered.",
                min: 0, max: ReplyRulesValidation.cooldownLimit),
        ], optional: ["cooldown_seconds"])

    private static let match = Schema.one(
        of: [
            .object("Every message.", ["any": .constant("", true)]),
            .object(
                "Messages whose text holds one of these as a whole word, folded for case, width and diacritics.",
                [
                    "keywords": .list(
                        "", of: .line("Holds a letter, a digit or a symbol.", max: ReplyRulesValidation.nameLimit),
                        min: 1, max: ReplyRulesValidation.keywordLimit)
                ]),
            .object("Messages that arrive outside the opening hours.", ["outside_hours": .constant("", true)]),
            .object(
                """
                Messages of one of these kinds: `text`, `image`, `video`, `audio`, `file`, `share` (a post), `reel`, \
                `story_mention`, `story_reply`, `sticker`, `quick_reply`, `postback`, `unsupported`, or another type of \
                attachment as Meta calls it.
                """,
                [
                    "kinds": .list(
                        "", of: .line("", max: ReplyRulesValidation.nameLimit), min: 1,
                        max: ReplyRulesValidation.keywordLimit)
                ]),
        ], "Which messages a rule answers.")

    private static let day = Schema.list(
        "Intervals; an end before its start lies on the next day.",
        of: .list(
            "Start and end, `00:00` to `24:00`.",
            of: .string("", pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"), min: 2, max: 2),
        max: ReplyRulesValidation.intervalLimit)

    private static let hours = Schema.object(
        "When the practice is open, in the tenant's time zone; always, where nothing is said.",
        ["mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day],
        optional: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    ).closed

    private static let example: JSONValue = [
        "rules": [
            [
                "name": "closed", "match": ["outside_hours": true],
                "text": "Hello {{username}}, {{practice}} is closed now. We answer in the morning.",
                "cooldown_seconds": 43_200,
            ],
            [
                "name": "appointments", "match": ["keywords": ["appointment", "termin"]],
                "text": "Please call us for appointments: 030 123456.",
            ],
            ["name": "receipt", "match": ["any": true], "text": "Thank you, we will read your message soon."],
        ],
        "hours": ["mon": [["09:00", "12:30"], ["14:00", "17:30"]], "fri": [["09:00", "13:00"]]],
    ]

    private static let show = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/reply-rules", id: "getReplyRules",
        summary: "Show a tenant's rules", access: .reading,
        answers: [.json(200, "The rules.", .named("ReplyRules"), headers: [.eTag], example: example)])

    private static let replace = APIOperation(
        method: .put, path: "/v1/tenants/{tenant_id}/reply-rules", id: "setReplyRules",
        summary: "Replace a tenant's rules", access: .changing, parameters: [.ifMatch],
        body: .json(.named("ReplyRules"), example: example),
        answers: [.json(200, "As they are now.", .named("ReplyRules"), headers: [.eTag], example: example)],
        errors: [.invalid("rules[0].text", "The text is empty.")])
}
