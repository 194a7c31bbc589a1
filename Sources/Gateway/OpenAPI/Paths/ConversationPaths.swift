internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants/{tenant_id}/conversations`
    static let conversations = Topic(
        tag: "Conversations", about: "One patient and one account on one channel, with what was said.",
        schemas: ["Conversation": conversation, "Message": message, "AutomationChange": automation],
        operations: [list, show, listMessages, send, setAutomation])

    private static let id = Parameter.path("id", "The conversation.", example: .string(Example.conversation))

    private static let conversation = Schema.object(
        "One patient and one account on one channel.",
        [
            "id": .id("Its id."), "channel": .words("`messenger` is a Page's own inbox.", of: Tenancy.Channel.self),
            "patient": .object("Who writes.", ["id": .id(""), "username": .string("").orNull]),
            "automation": .words("Whether the machine answers here.", of: Tenant.Automation.self),
            "paused_until": .time("When a pause ends by itself.").orNull,
            "last_message_at": .time("When the last message was written.").orNull,
        ])

    private static let message = Schema.object(
        "One message.",
        [
            "id": .id("Its id."), "direction": .words("", of: Message.Direction.self),
            "author": .words("`person` is somebody of the practice.", of: Message.Author.self),
            "kind": .string("`text`, `image`, `story_mention` and so on."),
            "text": .string("`null` without one, and after it was unsent or erased.").orNull,
            "mid": .string("Meta's own id.").orNull, "sent_at": .time("When it was written."),
            "edited_at": .time("").orNull, "deleted_at": .time("When it was unsent.").orNull,
        ])

    private static let automation = Schema.object(
        "Whether the machine is to answer here.",
        [
            "state": .words("", of: Tenant.Automation.self),
            "until": .time("When a pause ends by itself, in the future; only with `paused`.").orNull,
        ], optional: ["until"])

    private static func example(_ automation: JSONValue, until: JSONValue) -> JSONValue {
        [
            "id": .string(Example.conversation), "channel": "instagram",
            "patient": ["id": .string(Example.patient), "username": "anna"], "automation": automation,
            "paused_until": until, "last_message_at": .string(Example.begin),
        ]
    }

    private static let list = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/conversations", id: "listConversations",
        summary: "List a tenant's conversations", about: "The newest first.", access: .reading,
        parameters: Parameter.page,
        answers: [.page("The conversations.", of: "Conversation", example: example("on", until: nil))])

    private static let show = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/conversations/{id}", id: "getConversation",
        summary: "Show a conversation", access: .reading, parameters: [id],
        answers: [.json(200, "The conversation.", .named("Conversation"), example: example("on", until: nil))])

    private static let listMessages = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/conversations/{id}/messages", id: "listMessages",
        summary: "List a conversation's messages", about: "The newest first.", access: .reading,
        parameters: [id] + Parameter.page,
        answers: [
            .page(
                "The messages.", of: "Message",
                example: [
                    "id": .string(Example.message), "direction": "inbound", "author": "patient", "kind": "text",
                    "text": "Are you open on Monday?", "mid": .string(Example.mid), "sent_at": .string(Example.begin),
                    "edited_at": nil, "deleted_at": nil,
                ])
        ])

    private static let send = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/conversations/{id}/messages", id: "sendMessage",
        summary: "Send a person's message",
        about: """
            It is queued; what becomes of it is seen in the reply. A text that is too long for one is split. As with an \
            answer from the Instagram app, the machine steps back in the conversation (`paused_until`), and what it has not \
            sent yet is cancelled.
            """,
        access: .changing, parameters: [id],
        body: .json(
            .object("The message.", ["text": .lines("What is said.", max: ConversationRoutes.textLimit)]),
            example: ["text": "On Monday from nine."]),
        answers: [
            .json(
                202, "It is queued.", .named("Reply"), headers: [.location],
                example: ReplyExample.queued)
        ],
        errors: [.invalid("text", "must not be empty")])

    private static let setAutomation = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/conversations/{id}/automation", id: "setAutomation",
        summary: "Turn the machine on or off in a conversation", access: .changing, parameters: [id],
        body: .json(
            .named("AutomationChange"), example: ["state": "paused", "until": "2030-01-31T12:00:00Z"]),
        answers: [
            .json(
                200, "As it is now.", .named("Conversation"),
                example: example("paused", until: "2030-01-31T12:00:00.000Z"))
        ],
        errors: [.invalid("until", "must lie in the future")])
}
