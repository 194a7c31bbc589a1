internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants/{tenant_id}/connect-links`
    static let connectLinks = Topic(
        tag: "Connect links", about: "What a doctor is sent: a link to connect an account, or to look after it.",
        schemas: ["ConnectLink": link, "ConnectLinkCreation": creation], operations: [create, withdraw])

    private static let link = Schema.object(
        "A link for the doctor. It is used up by a successful connect, not by looking.",
        [
            "url": .string("Its address: whoever has it may connect an account. It is told once."),
            "flow": .flow("Through which flow it connects."),
            "purpose": .words("What it is for.", of: ConnectLink.Purpose.self),
            "expires_at": .time("When it ends."),
        ])

    private static let creation = Schema.object(
        "What the link is to be like.",
        [
            "flow": Schema.flow("The tenant's own, or the one that is pending, where it is missing.").orNull,
            "purpose": Schema.words("`manage` opens the doctor's own pages.", of: ConnectLink.Purpose.self).orNull
                .standard("connect"),
            "return_url": .string(
                "Where the browser goes after connecting: https, and a host of `CLARIVA_RETURN_URL_HOSTS`. "
                    + "The tenant's own where it is missing. It must not lead on to a third site: browsers would stop there.",
                max: 2000
            ).orNull,
            "expires_in_seconds": Schema.integer("How long it lasts.", min: 60, max: ConnectLinks.longestLifetime)
                .orNull.standard(.count(ConnectLinks.defaultLifetime)),
        ], optional: ["flow", "purpose", "return_url", "expires_in_seconds"])

    private static let create = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/connect-links", id: "createConnectLink",
        summary: "Make a link for the doctor", access: .changing,
        body: APIOperation.Body(
            schema: .named("ConnectLinkCreation"), example: ["purpose": "connect", "expires_in_seconds": 86_400],
            isRequired: false),
        answers: [
            .json(
                201, "It is made.", .named("ConnectLink"),
                example: [
                    "url": "https://clariva.example/connect/kx0v3h0Yf4mQk2Jt8oVh5w", "flow": "instagram_login",
                    "purpose": "connect", "expires_at": "2026-09-22T14:13:20.000Z",
                ])
        ],
        errors: [.invalid("expires_in_seconds", "must be from 60 to \(ConnectLinks.longestLifetime)")])

    private static let withdraw = APIOperation(
        method: .delete, path: "/v1/tenants/{tenant_id}/connect-links", id: "withdrawConnectLinks",
        summary: "End all open links of a tenant",
        about: "For a link that went astray. Sessions that a link has opened end with it.", access: .changing,
        answers: [.empty(204, "None of them opens anything any more.")])
}
