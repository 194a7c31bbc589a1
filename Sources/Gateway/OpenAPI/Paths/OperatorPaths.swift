internal import HTTPTypes
internal import Integrations
internal import Tenancy

extension Topic {
    /// `/admin`
    static let operators = Topic(
        tag: "Operators", about: "The operators' page, behind a session that a key of the scope `admin` opens.",
        operations: [
            operatorSignInPage, operatorSignIn, operatorSignOut, operatorOverview, operatorTenants, operatorEvents,
            operatorReplay, operatorReplies, operatorRetry, operatorCancel, operatorSwitches, operatorSwitch,
            operatorStylesheet,
        ])

    private static let operatorRedirect = Answer.empty(
        303, "Where the browser goes next; without a session to `/admin/sign-in`.", headers: [.location])

    private static let notice = Parameter.query(
        "notice", "What has just been done, in a word.", .string(""), example: "replayed")
    private static let operatorEvent = Parameter.path("id", "The event.", example: .string(Example.event))
    private static let operatorReply = Parameter.path("id", "The reply.", example: .string(Example.reply))

    /// Whatever a form of these pages may lead to.
    private static func formAnswers(_ more: Answer...) -> [Answer] {
        [operatorRedirect, .html(400, "The form cannot be read."), .html(403, "The form is not this session's.")] + more
    }

    private static func operatorForm(_ fields: KeyValuePairs<String, Schema>, _ example: JSONValue) -> APIOperation.Body
    {
        APIOperation.Body(
            type: "application/x-www-form-urlencoded",
            schema: .object("The page's own form.", fields, optional: Set(fields.map(\.key))), example: example)
    }

    private static func listForm(vouches: Bool = false) -> APIOperation.Body {
        let csrf = Schema.string("As the page holds it.")
        let state = Schema.string("The list to go back to.")
        guard vouches else {
            return operatorForm(["csrf": csrf, "state": state], ["csrf": "3q2-7wAAAAAAAAAAAAAAAA", "state": "parked"])
        }
        return operatorForm(
            [
                "csrf": csrf, "state": state,
                "vouched": .string(
                    "`yes`: whoever sends one again of unknown outcome has looked that it is not there."),
            ], ["csrf": "3q2-7wAAAAAAAAAAAAAAAA", "state": "held", "vouched": "yes"])
    }

    private static func operatorPage(
        _ path: String, _ id: String, _ summary: String, parameters: [Parameter] = []
    ) -> APIOperation {
        APIOperation(
            method: .get, path: path, id: id, summary: summary, access: .open, parameters: parameters + [notice],
            answers: [.html(200, "The page."), operatorRedirect],
            errors: [.unavailable] + (parameters.isEmpty ? [] : [.unprocessable]))
    }

    private static func operatorChange(
        _ path: String, _ id: String, _ summary: String, parameters: [Parameter] = [], body: APIOperation.Body,
        _ more: Answer...
    ) -> APIOperation {
        var answers = formAnswers()
        answers += more
        return APIOperation(
            method: .post, path: path, id: id, summary: summary, access: .open, parameters: parameters, body: body,
            answers: answers, errors: [.unavailable, .tooLarge])
    }

    private static let operatorSignInPage = APIOperation(
        method: .get, path: "/admin/sign-in", id: "showOperatorSignIn", summary: "The page that asks for a key",
        access: .open, answers: [.html(200, "The page."), operatorRedirect], errors: [.unavailable])

    private static let operatorSignIn = APIOperation(
        method: .post, path: "/admin/sign-in", id: "signInOperator", summary: "Open a session", access: .open,
        body: operatorForm(["key": .string("A key of the scope `admin`.")], ["key": "clk_example"]),
        answers: [
            .empty(303, "It is open.", headers: [.location, .setCookie]), .html(400, "The form cannot be read."),
            .html(403, "The key opens nothing here, or the form came from another site."),
            .html(429, "One address tries too often."),
        ], errors: [.unavailable, .tooLarge])

    private static let operatorSignOut = operatorChange(
        "/admin/sign-out", "signOutOperator", "End the session",
        body: operatorForm(["csrf": .string("As the page holds it.")], ["csrf": "3q2-7wAAAAAAAAAAAAAAAA"]))

    private static let operatorOverview = operatorPage(
        "/admin", "showOverview", "How the service stands: connections, waiting work, switches")

    private static let operatorTenants = operatorPage(
        "/admin/tenants", "showTenants", "The practices and their connections",
        parameters: [
            .query("name", "The beginning of their names.", .string("", max: 200), example: "Praxis"), .cursor,
        ])

    private static let operatorEvents = operatorPage(
        "/admin/events", "showEvents", "Parked or failed events",
        parameters: [
            .query("state", "`parked` or `failed`; anything else is `parked`.", .string(""), example: "parked"),
            .query("reason", "Only those with this reason.", .string(""), example: "sender_unresolved"), .cursor,
        ])

    private static let operatorReplay = operatorChange(
        "/admin/events/{id}/replay", "replayAsOperator", "Work on an event again", parameters: [operatorEvent],
        body: listForm(), .html(404, "There is no such event."))

    private static let operatorReplies = operatorPage(
        "/admin/replies", "showReplies", "Unknown, held or failed replies",
        parameters: [
            .query("state", "`unknown`, `held` or `failed`.", .string(""), example: "held"), .cursor,
        ])

    private static let operatorRetry = operatorChange(
        "/admin/tenants/{tenant_id}/replies/{id}/retry", "retryAsOperator", "Send a reply again",
        parameters: [operatorReply], body: listForm(vouches: true), .html(404, "There is no such reply."))

    private static let operatorCancel = operatorChange(
        "/admin/tenants/{tenant_id}/replies/{id}/cancel", "cancelAsOperator", "Give a reply up",
        parameters: [operatorReply], body: listForm(), .html(404, "There is no such reply."))

    private static let operatorSwitches = operatorPage(
        "/admin/switches", "showSending", "The page that asks before sending is switched")

    private static let operatorSwitch = operatorChange(
        "/admin/switches", "switchSending", "Switch sending for the whole service",
        body: operatorForm(
            [
                "csrf": .string("As the page holds it."), "sending": .string("`on` or `off`."),
                "revision": .string("Of the switches, as the page showed them."),
            ], ["csrf": "3q2-7wAAAAAAAAAAAAAAAA", "sending": "off", "revision": "1"]),
        .html(409, "Somebody has switched meanwhile."))

    private static let operatorStylesheet = APIOperation(
        method: .get, path: OperatorStylesheet.path, id: "getOperatorStylesheet", summary: "The pages' stylesheet",
        access: .open,
        answers: [Answer(status: 200, about: "It.", content: .text("text/css", example: "body {"))])
}
