internal import Integrations

extension Topic {
    /// The doctor's way through the browser.
    static let connecting = Topic(
        tag: "Connecting", about: "The doctor's pages, opened by a connect link. They need no JavaScript.",
        operations: [page, authorize, accounts, choose, done] + callbacks + [stylesheet])

    private static let token = Parameter.path(
        "token", "The link's own secret.", .string(""), example: "kx0v3h0Yf4mQk2Jt8oVh5w")

    /// Faults are pages as well; whatever they are, nothing of the practice has changed.
    private static func faults(_ statuses: Int...) -> [Answer] {
        let words = [
            400: "The attempt is not known, late, used before or was denied; or the choice is none.",
            403: "The attempt is another browser's, the form is not ours, or permissions are missing.",
            404: "There is no such link.",
            409: "Another practice has the account, or this one has another account.",
            410: "The link has ended or was used, or there is nothing to choose any more.",
            422: "The consent reaches no account that can be connected.",
            429: "The link was used too often within ten minutes.",
            502: "Meta refused, or could not be reached.",
            503: "Connecting or the flow is switched off, or the service cannot work now.",
        ]
        return statuses.map { .html($0, words[$0] ?? "") }
    }

    private static func redirect(_ status: Int, _ about: String, headers: [Header] = []) -> Answer {
        .empty(status, about, headers: [.location] + headers)
    }

    private static let page = APIOperation(
        method: .get, path: "/connect/{token}", id: "showConnectPage", summary: "The page of a connect link",
        access: .open, parameters: [token],
        answers: [
            .html(200, "Which practice, which flow, what will be asked."),
            redirect(303, "A `manage` link: to the practice's page, with a session.", headers: [.setCookie]),
        ] + faults(404, 410, 429, 503))

    private static let authorize = APIOperation(
        method: .get, path: "/connect/{token}/authorize", id: "authorize", summary: "Go to Meta's consent dialog",
        access: .open, parameters: [token],
        answers: [
            redirect(302, "To Meta.", headers: [.setCookie]),
            redirect(303, "To the link's page, which tells whose it is: another site has led here."),
        ] + faults(403, 404, 410, 429, 503))

    private static let accounts = APIOperation(
        method: .get, path: "/connect/{token}/accounts", id: "showAccounts", summary: "Which account to connect",
        access: .open, parameters: [token],
        answers: [.html(200, "The accounts, and why some cannot be chosen.")]
            + faults(400, 403, 404, 409, 410, 422, 502, 503))

    private static let choose = APIOperation(
        method: .post, path: "/connect/{token}/accounts", id: "chooseAccount", summary: "Choose an account",
        access: .open, parameters: [token],
        body: APIOperation.Body(
            type: "application/x-www-form-urlencoded",
            schema: .object(
                "The page's own form.", ["account": .string("Its id."), "csrf": .string("As the page holds it.")],
                optional: ["account", "csrf"]),
            example: ["account": .string(Example.account), "csrf": "3q2-7wAAAAAAAAAAAAAAAA"]),
        answers: [redirect(303, "It is connected.")] + faults(400, 403, 404, 409, 410, 422, 502, 503))

    private static let done = APIOperation(
        method: .get, path: "/connect/{token}/done", id: "showDone", summary: "The page after connecting",
        access: .open, parameters: [token],
        answers: [
            .html(200, "What is connected."), redirect(303, "The link was not used yet: to its page."),
        ] + faults(404, 410, 503))

    /// One for each flow.
    private static let callbacks = IntegrationRegistry.known.map { flow in
        APIOperation(
            method: .get, path: "/oauth/\(flow.name)/callback", id: "finish_\(flow.name)",
            summary: "Where Meta sends the browser back (\(flow.title))", access: .open,
            parameters: [
                .query("state", "As the attempt was given it.", .string(""), example: "Wm5vbmNlLW9mLXRoZS1hdHRlbXB0"),
                .query("code", "What the token is got for.", .string(""), example: "AQDcode"),
                .query("error", "Instead of a code, where it was denied.", .string(""), example: "access_denied"),
            ],
            answers: [redirect(303, "Connected, or to the choice of an account.")]
                + faults(400, 403, 404, 409, 410, 422, 502, 503))
    }

    private static let stylesheet = APIOperation(
        method: .get, path: Stylesheet.path, id: "getStylesheet", summary: "The pages' stylesheet", access: .open,
        answers: [
            Answer(
                status: 200, about: "It may be kept for an hour.",
                content: .text("text/css", example: ":root { color-scheme: light dark; }"))
        ])
}
