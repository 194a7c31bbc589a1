internal import HTTPTypes
internal import Integrations

extension Topic {
    /// What Meta calls.
    static let meta = Topic(
        tag: "Meta", about: "What Meta calls: webhooks, and callbacks about the persons who connected practices.",
        schemas: ["DataDeletion": confirmation], operations: [handshake, deliver, deauthorize, deleteData, status])

    private static let handshake = APIOperation(
        method: .get, path: "/webhooks/meta", id: "verifyWebhook", summary: "Meta's handshake", access: .open,
        parameters: [
            .query("hub.mode", "`subscribe`.", .string(""), example: "subscribe"),
            .query("hub.verify_token", "As it is configured.", .string(""), example: "verify-token"),
            .query("hub.challenge", "What is to be answered.", .string(""), example: "1158201444"),
        ],
        answers: [
            Answer(status: 200, about: "The challenge.", content: .text("text/plain", example: "1158201444"))
        ],
        errors: [
            .of(
                .forbidden, "The verify token is another one, or a parameter is missing.",
                "The verify token is not the one that is configured.")
        ], namesRequest: false)

    private static let deliver = APIOperation(
        method: .post, path: "/webhooks/meta", id: "deliverWebhook", summary: "Deliver events",
        about: """
            Answered with 200 once the events are durable. The signature decides, not the content type: what is signed \
            and not understood is kept as well.
            """,
        access: .open,
        parameters: [
            Parameter(
                name: "X-Hub-Signature-256", place: .header,
                about: "HMAC-SHA256 of the body under an app's secret, in hexadecimal.",
                schema: .string("", pattern: "^sha256=[0-9a-f]{64}$"),
                example: "sha256=0a6f2c1e9b3d4c5a8f7e6d5c4b3a29180f1e2d3c4b5a69788796a5b4c3d2e1f0")
        ],
        body: APIOperation.Body(
            schema: .object("As Meta makes it; up to 4 MiB and 1000 items.", [:]),
            example: [
                "object": "instagram",
                "entry": [
                    [
                        "id": .string(Example.account), "time": 1_790_000_000_000,
                        "messaging": [
                            [
                                "sender": ["id": "1784000000000042"], "recipient": ["id": .string(Example.account)],
                                "timestamp": 1_790_000_000_000,
                                "message": ["mid": .string(Example.mid), "text": "Are you open on Monday?"],
                            ]
                        ],
                    ]
                ],
            ]),
        answers: [.empty(200, "The events are kept.")],
        errors: [
            .of(.unauthorized, "The signature is missing or bad.", "The signature does not fit the body."),
            .of(.contentTooLarge, "It is larger than 4 MiB.", "A delivery holds at most 4 MiB."),
            .of(
                .serviceUnavailable, "It cannot be kept now: Meta tries again.", "The delivery cannot be stored now.",
                headers: [.retryAfter]),
        ], namesRequest: false)

    private static let form = APIOperation.Body(
        type: "application/x-www-form-urlencoded",
        schema: .object("Meta's form.", ["signed_request": .string("Signed by one of the apps' secrets.")]),
        example: ["signed_request": "c2lnbmF0dXJl.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiJ9"])

    private static let refusals: [ErrorAnswer] = [
        .of(.badRequest, "The form cannot be read.", "The form needs one field signed_request."),
        .of(.unauthorized, "The signature is not Meta's.", "The signature is not Meta's."),
        .of(.contentTooLarge, "The form is larger than 16 KiB.", "The body is too large."), .unavailable,
    ]

    private static let confirmation = Schema.object(
        "What Meta is told about a deletion.",
        ["url": .string("Where the person sees what became of it."), "confirmation_code": .string("Names it.")])

    private static let deauthorize = APIOperation(
        method: .post, path: "/meta/deauthorize", id: "deauthorize", summary: "A person has removed the app",
        about: "Every connection of that person becomes `reconnect_required`.", access: .open, body: form,
        answers: [.empty(200, "It is done, or there was nothing to do.")], errors: refusals)

    private static let deleteData = APIOperation(
        method: .post, path: "/meta/data-deletion", id: "deletePersonsData", summary: "A person wants to be forgotten",
        about: "The token and the ids of the person who connected are destroyed; patients' conversations stay.",
        access: .open, body: form,
        answers: [
            .json(
                200, "It is done.", .named("DataDeletion"),
                example: [
                    "url": "https://clariva.example/meta/data-deletion/9f86d081884c7d65",
                    "confirmation_code": "9f86d081884c7d65",
                ])
        ],
        errors: refusals)

    private static let status = APIOperation(
        method: .get, path: "/meta/data-deletion/{code}", id: "showDataDeletion",
        summary: "What became of a person's deletion", access: .open,
        parameters: [.path("code", "The confirmation code.", .string(""), example: "9f86d081884c7d65")],
        answers: [.html(200, "What was done, and when."), .html(404, "There is no such code.")],
        errors: [.unavailable])
}
