internal import HTTPTypes
internal import Integrations

extension Topic {
    /// For whoever runs the service.
    static let health = Topic(
        tag: "Operations", about: "For whoever runs the service; a reverse proxy keeps metrics and readiness inside.",
        operations: [alive, ready, metrics, document])

    private static func status(_ word: String) -> Answer {
        .json(
            200, "It is.", .object("The answer.", ["status": .words("", [word])]), example: ["status": .string(word)])
    }

    private static let alive = APIOperation(
        method: .get, path: "/healthz", id: "isAlive", summary: "Whether the service runs", access: .open,
        answers: [status("alive")])

    private static let ready = APIOperation(
        method: .get, path: "/readyz", id: "isReady", summary: "Whether the service can take work", access: .open,
        answers: [status("ready")],
        errors: [
            .of(
                .serviceUnavailable, "The database cannot be reached, or its schema is another one.",
                "The schema is out of date: run clariva migrate.", headers: [.retryAfter])
        ])

    private static let metrics = APIOperation(
        method: .get, path: "/metrics", id: "getMetrics", summary: "Figures for Prometheus", access: .open,
        answers: [
            Answer(
                status: 200, about: "In Prometheus' text format.",
                content: .text("text/plain", example: "clariva_replies_total{state=\"sent\"} 42"))
        ])

    private static let document = APIOperation(
        method: .get, path: "/openapi.json", id: "getDocument", summary: "This document", access: .open,
        answers: [
            .json(
                200, "OpenAPI 3.1.",
                .object("", ["openapi": .string("The version of OpenAPI."), "paths": .object("", [:])]),
                example: ["openapi": "3.1.0", "paths": [:]])
        ])
}
