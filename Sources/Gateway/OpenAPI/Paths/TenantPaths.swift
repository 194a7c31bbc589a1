internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants`
    static let tenants = Topic(
        tag: "Tenants", about: "A tenant is one doctor's practice.",
        schemas: ["Tenant": tenant, "TenantCreation": creation, "TenantChange": change, "FlowChoice": flowChoice],
        operations: [create, list, show, update, chooseFlow])

    private static let locale = Schema.string(
        "A BCP 47 language tag, such as `de` or `pt-BR`.", max: 35,
        pattern: "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
    private static let timezone = Schema.string("An IANA time zone name, such as `Europe/Berlin`.")

    private static let tenant = Schema.object(
        "A doctor's practice.",
        [
            "id": .id("Its id."),
            "name": .string("What the doctor's pages and `{{practice}}` in rules call it."),
            "flow": .flow("How it is connected."),
            "pending_flow": .flow("The flow that is chosen and not connected through yet.").orNull,
            "timezone": timezone, "locale": locale,
            "return_url": .string("Where the browser goes after connecting.").orNull,
            "automation": .words("Whether the machine answers.", of: Tenant.Automation.self),
            "created_at": .time("When it was made."), "updated_at": .time("When it was changed last."),
        ])

    private static let creation = Schema.object(
        "What makes a tenant. It begins with one rule: any message, a receipt in its locale, once in 12 hours.",
        [
            "name": .line("What the doctor's pages call it.", max: 200),
            "flow": .flow("How it will be connected; the flow must be switched on."),
            "timezone": timezone.orNull.standard("UTC"), "locale": locale.orNull.standard("en"),
            "return_url": .string(
                "Where the browser goes after connecting: https, and a host of `CLARIVA_RETURN_URL_HOSTS`.", max: 2000
            ).orNull,
        ], optional: ["timezone", "locale", "return_url"])

    private static let change = Schema.object(
        "What is to be changed; what is missing stays.",
        [
            "name": Schema.line("What the doctor's pages call it.", max: 200).orNull,
            "timezone": timezone.orNull, "locale": locale.orNull,
            "automation": Schema.words("Whether the machine answers.", of: Tenant.Automation.self).orNull,
        ], optional: ["name", "timezone", "locale", "automation"])

    private static let flowChoice = Schema.object(
        "What the choice of a flow led to.",
        [
            "flow": .flow("The flow in use."),
            "pending_flow": .flow("The chosen one; `null` where it is the one in use.").orNull,
            "connect_link": Schema.named("ConnectLink").orNull,
        ])

    private static let example: JSONValue = [
        "id": .string(Example.tenant), "name": "Praxis Dr. Lind", "flow": "instagram_login", "pending_flow": nil,
        "timezone": "Europe/Berlin", "locale": "de", "return_url": nil, "automation": "on",
        "created_at": .string(Example.begin), "updated_at": .string(Example.begin),
    ]

    private static let create = APIOperation(
        method: .post, path: "/v1/tenants", id: "createTenant", summary: "Make a tenant", access: .administering,
        body: .json(
            .named("TenantCreation"),
            example: [
                "name": "Praxis Dr. Lind", "flow": "instagram_login", "timezone": "Europe/Berlin", "locale": "de",
            ]),
        answers: [
            .json(201, "It is made.", .named("Tenant"), headers: [.eTag, .location], example: example)
        ],
        errors: [.invalid("flow", "must be one of instagram_login, facebook_page")])

    private static let list = APIOperation(
        method: .get, path: "/v1/tenants", id: "listTenants", summary: "List the tenants",
        about: "In the order in which they were made. A tenant's own key sees that one.", access: .reading,
        parameters: Parameter.page, answers: [.page("The tenants.", of: "Tenant", example: example)])

    private static let show = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}", id: "getTenant", summary: "Show a tenant", access: .reading,
        answers: [.json(200, "The tenant.", .named("Tenant"), headers: [.eTag], example: example)])

    private static let update = APIOperation(
        method: .patch, path: "/v1/tenants/{tenant_id}", id: "changeTenant", summary: "Change a tenant",
        access: .changing, parameters: [.ifMatch],
        body: .json(.named("TenantChange"), example: ["automation": "paused"]),
        answers: [
            .json(
                200, "As it is now.", .named("Tenant"), headers: [.eTag],
                example: [
                    "id": .string(Example.tenant), "name": "Praxis Dr. Lind", "flow": "instagram_login",
                    "pending_flow": nil, "timezone": "Europe/Berlin", "locale": "de", "return_url": nil,
                    "automation": "paused", "created_at": .string(Example.begin), "updated_at": .string(Example.later),
                ])
        ],
        errors: [.invalid("automation", "must be on or paused")])

    private static let chooseFlow = APIOperation(
        method: .put, path: "/v1/tenants/{tenant_id}/flow", id: "chooseFlow", summary: "Choose a tenant's flow",
        about: """
            Make before break: the flow in use answers until the doctor has opened `connect_link` and connected \
            through the new one.
            """,
        access: .changing, parameters: [.ifMatch],
        body: .json(
            .object("The choice.", ["flow": .flow("The flow to use from now on.")]),
            example: ["flow": "facebook_page"]),
        answers: [
            .json(
                202, "Noted; with the link for the doctor.", .named("FlowChoice"), headers: [.eTag],
                example: [
                    "flow": "instagram_login", "pending_flow": "facebook_page",
                    "connect_link": [
                        "url": "https://clariva.example/connect/kx0v3h0Yf4mQk2Jt8oVh5w", "flow": "facebook_page",
                        "purpose": "connect", "expires_at": "2026-09-28T14:13:20.000Z",
                    ],
                ])
        ],
        errors: [.invalid("flow", "must be one of instagram_login, facebook_page")])
}
