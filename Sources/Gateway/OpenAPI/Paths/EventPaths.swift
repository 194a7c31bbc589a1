internal import HTTPTypes
internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/events`
    static let events = Topic(
        tag: "Events", about: "What arrived from Meta, and what became of it.",
        schemas: ["Event": event, "PayloadStructure": structure, "EventFilter": filter, "Replay": replayed],
        operations: [list, show, replay, replayMany])

    private static let id = Parameter.path("id", "The event.", example: .string(Example.event))

    private static let event = Schema.object(
        "One messaging item of a webhook.",
        [
            "id": .id("Its id."), "received_at": .time("When it arrived."),
            "app": .words("Whose secret had signed it.", of: MetaApp.self),
            "object": .string("Meta's own word: `instagram` or `page`."),
            "instagram_page_id": .string("The account that it came for; `null` where it names none.").orNull,
            "tenant_id": .id("Whose it is; `null` while it is unrouted.").orNull,
            "kind": .words("What happened; `null` until it was read.", of: WebhookItem.Kind.self).orNull,
            "mid": .string("Meta's own id.").orNull,
            "state": .words("`parked` waits, and is taken up again.", of: Event.State.self),
            "reason": .words("Why it stands so.", of: Event.Reason.self).orNull,
            "attempts": .integer("How often it was worked on.", min: 0),
            "deliveries": .integer("How often Meta has sent it.", min: 1),
            "evidence": .object(
                "How its sender was established.",
                [
                    "strategy": .words("The rung of the ladder.", of: SenderStrategy.self),
                    "igsid": .string("The patient's id at Meta.").orNull,
                ]
            ).orNull,
            "payload_structure": Schema.named("PayloadStructure").orNull,
        ])

    private static let structure = Schema.object(
        "What was there and what was not, without any content.",
        [
            "hasSender": .boolean("").orNull, "hasRecipient": .boolean("").orNull, "hasMessage": .boolean("").orNull,
            "hasMessageEdit": .boolean("").orNull, "firstChangeField": .string("").orNull,
            "changesLength": .integer("").orNull,
        ])

    private static let narrowing: KeyValuePairs<String, Schema> = [
        "tenant_id": .id("Only this tenant's."),
        "instagram_page_id": .string("Only those for this account.", max: 200),
        "state": .words("Only those in this state.", of: Event.State.self),
        "reason": .words("Only those with this reason.", of: Event.Reason.self),
        "kind": .words("Only those of this kind.", of: WebhookItem.Kind.self),
        "received_after": .time("Only those that arrived after it."),
        "received_before": .time("Only those that arrived before it."),
    ]

    private static let examples: [String: JSONValue] = [
        "tenant_id": .string(Example.tenant), "instagram_page_id": .string(Example.account), "state": "parked",
        "reason": "sender_unresolved", "kind": "message", "received_after": "2026-09-01T00:00:00Z",
        "received_before": "2030-01-31T00:00:00Z",
    ]

    private static let filter: Schema = {
        var schema = Schema.object("Which events are meant; without a state, parked and failed ones.", [:])
        for (name, property) in narrowing { schema = schema.with(name, property.orNull, isRequired: false) }
        return schema.with(
            "dry_run", Schema.boolean("Only tell how many there are.").orNull.standard(false), isRequired: false)
    }()

    private static let replayed = Schema.object(
        "What a replay did.",
        [
            "matched": .integer("How many fitted.", min: 0), "replayed": .integer("How many were made due.", min: 0),
            "dry_run": .boolean("They were only counted."),
        ])

    private static func example(_ state: JSONValue, _ reason: JSONValue) -> JSONValue {
        [
            "id": .string(Example.event), "received_at": .string(Example.begin), "app": "instagram",
            "object": "instagram", "instagram_page_id": .string(Example.account),
            "tenant_id": .string(Example.tenant), "kind": "message", "mid": .string(Example.mid), "state": state,
            "reason": reason, "attempts": 1, "deliveries": 1,
            "evidence": ["strategy": "payload", "igsid": "1784000000000042"],
            "payload_structure": [
                "hasSender": true, "hasRecipient": true, "hasMessage": true, "hasMessageEdit": false,
                "firstChangeField": nil, "changesLength": 0,
            ],
        ]
    }

    private static let list = APIOperation(
        method: .get, path: "/v1/events", id: "listEvents", summary: "List events", about: "The newest first.",
        access: .reading,
        parameters: narrowing.map { name, schema in
            Parameter.query(name, schema.json["description"]?.string ?? "", schema, example: examples[name] ?? .null)
        } + Parameter.page,
        answers: [.page("The events.", of: "Event", example: example("done", "replied"))], errors: [.notFound])

    private static let show = APIOperation(
        method: .get, path: "/v1/events/{id}", id: "getEvent", summary: "Show an event", access: .reading,
        parameters: [id],
        answers: [.json(200, "The event.", .named("Event"), example: example("done", "replied"))])

    private static let replay = APIOperation(
        method: .post, path: "/v1/events/{id}/replay", id: "replayEvent", summary: "Work on an event again",
        access: .changing, parameters: [id],
        answers: [.json(202, "It is due.", .named("Event"), example: example("received", nil))],
        errors: [
            .of(
                .conflict, "It is neither parked nor failed, or its payload is gone. " + ErrorAnswer.keyConflict.about,
                "Only parked and failed events whose payload is still kept can be replayed.",
                headers: [.retryAfterWaiting])
        ])

    private static let replayMany = APIOperation(
        method: .post, path: "/v1/events/replay", id: "replayEvents",
        summary: "Work on every parked or failed event of a filter again",
        about: "At least one filter is required, unless `dry_run` is true: they are counted then.", access: .changing,
        body: APIOperation.Body(
            schema: .named("EventFilter"), example: ["state": "parked", "reason": "sender_unresolved"]),
        answers: [
            .json(
                200, "They were counted.", .named("Replay"), example: ["matched": 3, "replayed": 0, "dry_run": true]),
            .json(
                202, "They are due.", .named("Replay"), example: ["matched": 3, "replayed": 3, "dry_run": false]),
        ],
        errors: [.notFound, .invalid("received_after", "must be a time such as 2026-01-31T12:00:00Z")])
}
