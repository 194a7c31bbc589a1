import Integrations

/// The admin API of the service under demonstration.
struct DemoService: Sendable {
    let http: DemoHTTP
    /// Without a slash at its end.
    let base: String
    let key: String

    @discardableResult
    func get(_ path: String, _ fields: [(name: String, value: String?)] = []) async throws -> JSONValue {
        try await http.json(.get, base + path + DemoHTTP.query(fields), bearer: key)
    }

    @discardableResult
    func post(_ path: String, _ body: JSONValue = [:]) async throws -> JSONValue {
        try await http.json(.post, base + path, body, bearer: key)
    }

    @discardableResult
    func put(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        try await http.json(.put, base + path, body, bearer: key)
    }

    /// An event as `/v1/events` shows it.
    struct Event: Sendable {
        var id: String
        var app: String
        var kind: String
        var mid: String?
        var state: String
        var reason: String
        var strategy: String?
        var deliveries: Int64

        init(_ json: JSONValue) {
            id = json["id"]?.string ?? ""
            app = json["app"]?.string ?? ""
            kind = json["kind"]?.string ?? ""
            mid = json["mid"]?.string
            state = json["state"]?.string ?? ""
            reason = json["reason"]?.string ?? ""
            strategy = json["evidence"]?["strategy"]?.string
            deliveries = json["deliveries"]?.integer ?? 1
        }

        /// Whether nothing more will happen to it by itself.
        var isDone: Bool { state == "done" || state == "failed" }
        /// `done/replied`
        var outcome: String { reason.isEmpty ? state : "\(state)/\(reason)" }
    }

    /// Events, the newest first.
    func events(
        tenant: String? = nil, account: String? = nil, state: String? = nil, limit: Int = 50
    ) async throws -> [Event] {
        let list = try await get(
            "/v1/events",
            [("tenant_id", tenant), ("instagram_page_id", account), ("state", state), ("limit", "\(limit)")])
        return (list["data"]?.array ?? []).map(Event.init)
    }

    /// The events that name a message, oldest first.
    func events(ofMessage mid: String, tenant: String?) async throws -> [Event] {
        try await events(tenant: tenant).filter { $0.mid == mid }.reversed()
    }

    /// The replies of a tenant, the newest first.
    func replies(of tenant: String) async throws -> [JSONValue] {
        try await get("/v1/tenants/\(tenant)/replies", [("limit", "100")])["data"]?.array ?? []
    }

    /// The tenant's connections, the newest first.
    func connections(of tenant: String) async throws -> [JSONValue] {
        try await get("/v1/tenants/\(tenant)/connections")["data"]?.array ?? []
    }
}
