internal import HTTPTypes
internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants/{tenant_id}/connections`
    static let connections = Topic(
        tag: "Connections", about: "A tenant's authorised link to one Instagram account. Tokens are never shown.",
        schemas: ["Connection": connection, "ConnectionHealth": wellbeing, "ConnectionCheck": checklist],
        operations: [list, show, testMessage, remove, reconnect, check])

    private static let id = Parameter.path("id", "The connection.", example: .string(Example.connection))

    private static let connection = Schema.object(
        "One tenant's link to one Instagram account through one flow.",
        [
            "id": .id("Its id."), "tenant_id": .id("Whose it is."), "flow": .flow("Through which flow."),
            "state": .words("How it stands; the first three answer or will.", of: Connection.State.self),
            "state_reason": Schema.words("Why it stands so.", of: Connection.Reason.self).orNull,
            "instagram_page_id": .string("The id of the professional account, which webhooks carry."),
            "username": .string("Of the account.").orNull,
            "facebook_page_id": .string("The Page that the account is linked to.").orNull,
            "aliases": .list("Other ids of the same account.", of: .string("")),
            "scopes": .list("What the token may do.", of: .string("")),
            "token_expires_at": .time("When the token ends by age.").orNull,
            "subscribed_fields": .list("What Meta sends webhooks about.", of: .string("")),
            "last_webhook_at": .time("When the last event arrived.").orNull,
            "last_sent_at": .time("When the last reply went out.").orNull,
            "health": .named("ConnectionHealth"),
        ])

    private static let wellbeing = Schema.object(
        "How well webhooks tell who writes.",
        [
            "senderless_ratio_24h": .number(
                "The share of the last 24 hours' messages that came without their sender; `null` without messages.",
                min: 0, max: 1
            ).orNull,
            "advice": .string("What to do about it.").orNull,
            "cure": .object(
                "The call that cures it: a switch to a flow whose webhooks name senders. Its answer holds the link for the "
                    + "doctor. `null` where there is nothing to cure, or no such flow.",
                [
                    "method": .string("`PUT`."), "path": .string("The address."),
                    "body": .object("What to send.", ["flow": .flow("Through which flow then.")]),
                ]
            ).orNull,
        ])

    private static let checklist = Schema.object(
        "What Meta says about a connection, now.",
        [
            "ok": .boolean("Nothing failed."),
            "checks": .list(
                "In the order in which faults should be mended.",
                of: .object(
                    "One check.",
                    [
                        "name": .string("What was looked at, such as `token` or `last_webhook`."),
                        "status": .words("`warn` works, but wants attention.", ["pass", "warn", "fail"]),
                        "detail": .string("What was found."), "fix": .string("What to do about it.").orNull,
                    ])),
            "recipients": .list(
                "Who has written, as Meta lists it.",
                of: .object(
                    "A patient.",
                    [
                        "id": .string("The id by which Meta's API reaches the patient."),
                        "username": .string("").orNull,
                        "last_message_at": .time("When the conversation was last written in.").orNull,
                    ])),
        ])

    private static let example: JSONValue = [
        "id": .string(Example.connection), "tenant_id": .string(Example.tenant), "flow": "instagram_login",
        "state": "active", "state_reason": nil, "instagram_page_id": .string(Example.account), "username": "dr_lind",
        "facebook_page_id": nil, "aliases": ["9100000000000001"],
        "scopes": ["instagram_business_basic", "instagram_business_manage_messages"],
        "token_expires_at": .string(Example.end), "subscribed_fields": ["messages", "message_edit"],
        "last_webhook_at": .string(Example.begin), "last_sent_at": .string(Example.later),
        "health": ["senderless_ratio_24h": 0.0, "advice": nil, "cure": nil],
    ]

    private static let list = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/connections", id: "listConnections",
        summary: "List a tenant's connections", about: "The newest first.", access: .reading,
        parameters: Parameter.page, answers: [.page("The connections.", of: "Connection", example: example)])

    private static let show = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/connections/{id}", id: "getConnection",
        summary: "Show a connection", access: .reading, parameters: [id],
        answers: [.json(200, "The connection.", .named("Connection"), example: example)])

    private static let remove = APIOperation(
        method: .delete, path: "/v1/tenants/{tenant_id}/connections/{id}", id: "disconnect",
        summary: "End a connection",
        about: "Webhooks are unsubscribed and the token is destroyed; conversations stay.", access: .changing,
        parameters: [id], answers: [.empty(204, "It has ended.")])

    private static let reconnect = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/connections/{id}/reconnect", id: "reconnect",
        summary: "Make a link to connect the same account again", access: .changing, parameters: [id],
        answers: [
            .json(
                201, "It is made.", .named("ConnectLink"),
                example: [
                    "url": "https://clariva.example/connect/kx0v3h0Yf4mQk2Jt8oVh5w", "flow": "instagram_login",
                    "purpose": "reconnect", "expires_at": "2026-09-28T14:13:20.000Z",
                ])
        ],
        errors: [
            .of(
                .conflict, "The connection has ended. " + ErrorAnswer.keyConflict.about,
                "The connection has ended: make a connect link instead.", headers: [.retryAfterWaiting])
        ])

    private static let check = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/connections/{id}/check", id: "checkConnection",
        summary: "Ask Meta how a connection stands",
        about: "Is the token alive, are all scopes granted and webhooks subscribed, who has written. Changes nothing.",
        access: .changing, parameters: [id],
        answers: [
            .json(
                200, "The checklist.", .named("ConnectionCheck"),
                example: [
                    "ok": true,
                    "checks": [
                        ["name": "token", "status": "pass", "detail": "valid", "fix": nil],
                        [
                            "name": "last_webhook", "status": "warn", "detail": "2026-09-01T09:00:00.000Z, 20 days ago",
                            "fix": "write to the account",
                        ],
                    ],
                    "recipients": [
                        ["id": "1784000000000042", "username": "anna", "last_message_at": .string(Example.begin)]
                    ],
                ])
        ])

    private static let testMessage = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/connections/{id}/test-message", id: "sendTestMessage",
        summary: "Send a message to somebody who has written",
        about: "Only to one of the check's `recipients`, or a patient who is known, within the messaging window.",
        access: .changing, parameters: [id],
        body: .json(
            .object(
                "To whom, and what.",
                [
                    "recipient_id": .string("The id by which Meta's API reaches the person.", min: 1, max: 40),
                    "text": .string("What is sent.", min: 1, max: 1000),
                ]),
            example: ["recipient_id": "1784000000000042", "text": "This is a test of our automatic answers."]),
        answers: [
            .json(202, "It is queued.", .named("Reply"), headers: [.location], example: ReplyExample.queued)
        ],
        errors: [
            .of(
                .conflict,
                "The connection does not answer, sending is switched off, the window is closed, or Meta cannot be asked. "
                    + ErrorAnswer.keyConflict.about,
                "The person has asked for silence: take another recipient.", headers: [.retryAfterWaiting]),
            .invalid("recipient_id", "has not written to this account, as far as Meta shows"),
        ])
}
