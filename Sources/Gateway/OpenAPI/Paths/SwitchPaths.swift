internal import Integrations

extension Topic {
    /// `/v1/switches` and a tenant's own.
    static let switches = Topic(
        tag: "Switches", about: "What may go on, in the whole service and for each tenant; both must allow it.",
        schemas: ["Switches": states], operations: [showService, setService, showTenant, setTenant])

    private static let states = Schema.object(
        "What may go on.",
        [
            "sending": .boolean("Replies go out; while it is off they wait."),
            "connecting": .boolean("Accounts can be connected."),
            "processing": .boolean("Events are processed; while it is off they are parked as `processing_paused`."),
        ])

    private static let example: JSONValue = ["sending": true, "connecting": true, "processing": true]

    private static func show(_ path: String, id: String, _ summary: String) -> APIOperation {
        APIOperation(
            method: .get, path: path, id: id, summary: summary, access: .reading,
            answers: [.json(200, "The switches.", .named("Switches"), headers: [.eTag], example: example)])
    }

    private static func set(_ path: String, id: String, _ summary: String) -> APIOperation {
        APIOperation(
            method: .put, path: path, id: id, summary: summary,
            about: "It takes effect within two seconds in every process.", access: .administering,
            parameters: [.ifMatch], body: .json(.named("Switches"), example: example),
            answers: [.json(200, "As they are now.", .named("Switches"), headers: [.eTag], example: example)],
            errors: [.invalid("sending", "is required")])
    }

    private static let showService = show("/v1/switches", id: "getSwitches", "Show the service's switches")
    private static let setService = set("/v1/switches", id: "setSwitches", "Set the service's switches")
    private static let showTenant = show(
        "/v1/tenants/{tenant_id}/switches", id: "getTenantSwitches", "Show a tenant's switches")
    private static let setTenant = set(
        "/v1/tenants/{tenant_id}/switches", id: "setTenantSwitches", "Set a tenant's switches")
}
