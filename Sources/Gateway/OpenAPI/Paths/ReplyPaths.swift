internal import HTTPTypes
internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/tenants/{tenant_id}/replies`
    static let replies = Topic(
        tag: "Replies", about: "One answer that was decided to be sent, and what became of it.",
        schemas: ["Reply": reply], operations: [list, show, retry, cancel])

    private static let id = Parameter.path("id", "The reply.", example: .string(Example.reply))

    private static let reply = Schema.object(
        "One answer.",
        [
            "id": .id("Its id."), "conversation_id": .id("Where it goes."),
            "in_reply_to": .id("The message that it answers; `null` for a person's own.").orNull,
            "text": .string("Whole; `null` where it is not kept any more, or not composed yet.").orNull,
            "parts": .list(
                "As it is sent: a part waits for the one before it.",
                of: .object(
                    "A part.",
                    [
                        "text": .string(""),
                        "state": .words("`cancelled`: the reply was given up before it.", of: ReplyPart.State.self),
                        "mid": .string("Meta's own id, once it is sent.").orNull,
                    ])),
            "state": .words("`held` waits for a person.", of: Reply.State.self),
            "reason": .words("Why it stands so.", of: Reply.Reason.self).orNull,
            "attempts": .integer("How often it was tried to be sent.", min: 0),
            "mid": .string("Of its first part.").orNull, "created_at": .time(""),
            "settled_at": .time("When nothing more could come.").orNull,
        ])

    private static let list = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/replies", id: "listReplies", summary: "List a tenant's replies",
        about: "The newest first.", access: .reading, parameters: Parameter.page,
        answers: [.page("The replies.", of: "Reply", example: ReplyExample.sent)])

    private static let show = APIOperation(
        method: .get, path: "/v1/tenants/{tenant_id}/replies/{id}", id: "getReply", summary: "Show a reply",
        access: .reading, parameters: [id],
        answers: [.json(200, "The reply.", .named("Reply"), example: ReplyExample.sent)])

    private static let retry = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/replies/{id}/retry", id: "retryReply",
        summary: "Send a held or failed reply again",
        about: "One held as `outcome_unknown` may have gone out: look into the conversation first.", access: .changing,
        parameters: [id],
        answers: [.json(202, "It is queued.", .named("Reply"), example: ReplyExample.queued)],
        errors: [
            .of(
                .conflict, "Its state does not allow it. " + ErrorAnswer.keyConflict.about,
                "A reply that is sent cannot be sent again.", headers: [.retryAfterWaiting])
        ])

    private static let cancel = APIOperation(
        method: .post, path: "/v1/tenants/{tenant_id}/replies/{id}/cancel", id: "cancelReply",
        summary: "Give a reply up that is not sent", access: .changing, parameters: [id],
        answers: [.json(200, "It is given up.", .named("Reply"), example: ReplyExample.cancelled)],
        errors: [
            .of(
                .conflict, "Its state does not allow it. " + ErrorAnswer.keyConflict.about,
                "A reply that is sent cannot be cancelled.", headers: [.retryAfterWaiting])
        ])
}

/// A reply in three states.
enum ReplyExample {
    static let sent = make(
        part: "sent", state: "sent", reason: "sent", mid: .string(Example.mid), settled: .string(Example.later))
    static let queued = make(part: "queued", state: "queued", reason: nil, mid: nil, settled: nil)
    static let cancelled = make(
        part: "cancelled", state: "cancelled", reason: "requested", mid: nil, settled: .string(Example.later))

    private static func make(
        part: JSONValue, state: JSONValue, reason: JSONValue, mid: JSONValue, settled: JSONValue
    ) -> JSONValue {
        [
            "id": .string(Example.reply), "conversation_id": .string(Example.conversation),
            "in_reply_to": .string(Example.message), "text": "Thank you, we will read your message soon.",
            "parts": [["text": "Thank you, we will read your message soon.", "state": part, "mid": mid]],
            "state": state, "reason": reason, "attempts": state == "sent" ? 1 : 0, "mid": mid,
            "created_at": .string(Example.begin), "settled_at": settled,
        ]
    }
}
