internal import HTTPTypes
internal import Integrations

extension Topic {
    /// `/practice`
    static let practice = Topic(
        tag: "Practice", about: "The practice's own page, behind the session that a `manage` link opens.",
        operations: [
            practicePage, practiceQuestion, practiceReconnect, practiceSwitch, practiceDisconnect, practiceSignOut,
        ])

    private static let practiceRedirect = Answer.empty(303, "Where the browser goes next.", headers: [.location])

    /// Faults are pages as well; whatever they are, nothing has changed.
    private static let practiceFaults: [Answer] = [
        .html(403, "There is no session, it has ended, or the form is not one of its own pages'."),
        .html(404, "What the session was for is gone."), .html(409, "It does not fit how the connection stands."),
        .html(503, "Connecting or the flow is switched off, or the service cannot work now."),
    ]

    private static func pageForm(
        _ fields: KeyValuePairs<String, Schema> = ["csrf": .string("As the page holds it.")],
        _ example: JSONValue = ["csrf": "3q2-7wAAAAAAAAAAAAAAAA"]
    ) -> APIOperation.Body {
        APIOperation.Body(
            type: "application/x-www-form-urlencoded",
            schema: .object("The page's own form.", fields, optional: Set(fields.map(\.key))), example: example)
    }

    private static let practicePage = APIOperation(
        method: .get, path: "/practice", id: "showPractice", summary: "How the practice's connection stands",
        access: .open, answers: [.html(200, "The page.")] + practiceFaults)

    private static let practiceQuestion = APIOperation(
        method: .get, path: "/practice/disconnect", id: "askBeforeDisconnect", summary: "The page that asks once more",
        access: .open, answers: [.html(200, "The question."), practiceRedirect] + practiceFaults)

    private static let practiceReconnect = APIOperation(
        method: .post, path: "/practice/reconnect", id: "reconnectPractice", summary: "Connect the same account again",
        access: .open, body: pageForm(), answers: [practiceRedirect] + practiceFaults)

    private static let practiceSwitch = APIOperation(
        method: .post, path: "/practice/switch-flow", id: "switchPractice", summary: "Connect through the other flow",
        access: .open,
        body: pageForm(
            ["csrf": .string("As the page holds it."), "flow": .string("Through which.")],
            ["csrf": "3q2-7wAAAAAAAAAAAAAAAA", "flow": "facebook_page"]),
        answers: [practiceRedirect] + practiceFaults)

    private static let practiceDisconnect = APIOperation(
        method: .post, path: "/practice/disconnect", id: "disconnectPractice", summary: "End the connection",
        access: .open,
        body: pageForm(
            ["csrf": .string("As the page holds it."), "connection": .string("Which one.")],
            ["csrf": "3q2-7wAAAAAAAAAAAAAAAA", "connection": .string(Example.connection)]),
        answers: [practiceRedirect] + practiceFaults)

    private static let practiceSignOut = APIOperation(
        method: .post, path: "/practice/sign-out", id: "signOutOfPractice", summary: "End the session", access: .open,
        body: pageForm(), answers: [.html(200, "It has ended.")] + practiceFaults)
}
