import Integrations

/// The control API of the Meta sandbox.
struct DemoSandbox: Sendable {
    let http: DemoHTTP
    /// Without a slash at its end.
    let base: String

    @discardableResult
    func get(_ command: String, _ fields: [(name: String, value: String?)] = []) async throws -> JSONValue {
        try await http.json(.get, "\(base)/control/\(command)" + DemoHTTP.query(fields))
    }

    @discardableResult
    func post(_ command: String, _ body: JSONValue = [:]) async throws -> JSONValue {
        try await http.json(.post, "\(base)/control/\(command)", body)
    }

    /// A patient writes.
    /// - Returns: the message's mid.
    func write(_ text: String, from person: String, to account: String) async throws -> String {
        let body: JSONValue = ["account": .string(account), "person": .string(person), "text": .string(text)]
        return try await post("messages", body)["mid"]?.string ?? ""
    }

    /// Switches a fault on.
    /// - Parameters:
    ///   - times: how often it strikes; `nil` is until it is switched off.
    ///   - operation: only this Graph call.
    func fault(
        _ name: String, on account: String, times: Int64? = nil, operation: String? = nil, milliseconds: Int64? = nil,
        share: Double? = nil
    ) async throws {
        var body: JSONObject = ["name": .string(name), "account": .string(account)]
        body["count"] = times.map { .integer($0) }
        body["operation"] = operation.map { .string($0) }
        body["milliseconds"] = milliseconds.map { .integer($0) }
        body["share"] = share.map { .real($0) }
        try await post("faults", .object(body))
    }

    /// Switches every fault off.
    func clearFaults() async throws {
        try await http.json(.delete, "\(base)/control/faults")
    }

    /// What Meta accepted from the service.
    struct Send: Sendable {
        var account: String
        var person: String
        var recipient: String
        var text: String
        var flow: String

        init(_ json: JSONValue) {
            account = json["account"]?.string ?? ""
            person = json["person"]?.string ?? ""
            recipient = json["recipient"]?.string ?? ""
            text = json["text"]?.string ?? ""
            flow = json["flow"]?.string ?? ""
        }
    }

    /// The log of accepted sends, oldest first.
    func sends(account: String? = nil, person: String? = nil) async throws -> [Send] {
        let list = try await get("sends", [("account", account), ("person", person)])
        return (list["data"]?.array ?? []).map(Send.init)
    }

    /// Deliveries of an account to the service: id, app and how each attempt was answered.
    func deliveries(of account: String) async throws -> [JSONValue] {
        try await get("deliveries", [("account", account)])["data"]?.array ?? []
    }
}
