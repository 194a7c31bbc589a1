import Integrations

/// The reply rules of the practices. None has a cooldown, and each names the patient: a reply that reached the wrong
/// person would show it.
enum DemoRules {
    /// A subject with the word that patients use for it and a piece of its answer.
    struct Subject: Sendable {
        var keyword: String
        var answer: String
    }

    static let subjects = [
        Subject(keyword: "opening", answer: "we are open from 8 to 17"),
        Subject(keyword: "prescription", answer: "prescriptions are ready after two working days"),
        Subject(keyword: "appointment", answer: "please choose an appointment on our website"),
        Subject(keyword: "vaccination", answer: "vaccinations are on Tuesdays"),
        Subject(keyword: "parking", answer: "there is parking behind the house"),
        Subject(keyword: "results", answer: "we call you about results, never by message"),
        Subject(keyword: "referral", answer: "bring your insurance card for a referral"),
        Subject(keyword: "holidays", answer: "in the holidays our colleagues are there for you"),
    ]

    /// The answer to a message that no keyword matches.
    static let receipt = "we have your message and will answer soon"

    /// The body of `PUT reply-rules`.
    static var all: JSONValue {
        var rules = subjects.map { subject -> JSONValue in
            [
                "name": .string(subject.keyword), "match": ["keywords": [.string(subject.keyword)]],
                "text": .string("Dear {{username}}, \(subject.answer). {{practice}}"),
            ]
        }
        rules.append([
            "name": "receipt", "match": ["any": true], "text": .string("Dear {{username}}, \(receipt). {{practice}}"),
        ])
        return ["rules": .array(rules), "hours": [:]]
    }
}
