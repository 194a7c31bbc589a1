import Integrations

/// A connected practice.
struct Doctor: Sendable {
    var username: String
    var tenant: String
    var pageID: String
    var flow: String
}

/// Connects practices as people do: the admin API, the doctor's link, Meta's dialog.
struct Onboarding: Sendable {
    /// The service with an admin key.
    let service: HTTPClient
    /// The service without one.
    let browser: HTTPClient

    /// - Parameters:
    ///   - username: of an account that Meta knows.
    ///   - pageID: its id.
    ///   - reply: what every message is answered with.
    func connect(_ username: String, pageID: String, flow: String, reply: String) async throws -> Doctor {
        let tenant = try await service.post(
            "/v1/tenants", ["name": .string("Praxis \(username)"), "flow": .string(flow)])
        guard let id = tenant["id"]?.string else { throw HarnessFailure("no tenant") }
        try await service.put(
            "/v1/tenants/\(id)/reply-rules",
            ["rules": [["name": "answer", "match": ["any": true], "text": .string(reply)]]])
        let link = try await service.post("/v1/tenants/\(id)/connect-links")
        guard let url = link["url"]?.string else { throw HarnessFailure("no connect link") }
        try await follow(url, as: username)
        return Doctor(username: username, tenant: id, pageID: pageID, flow: flow)
    }

    /// Goes the doctor's way from a connect link to its end.
    func follow(_ url: String, as username: String) async throws {
        let authorize = try await browser.send(.get, url + "/authorize")
        guard let dialog = authorize.header("location") else {
            throw HarnessFailure("no dialog: \(authorize.status) \(String(decoding: authorize.body, as: UTF8.self))")
        }
        let cookies = authorize.headers.filter { $0.name.lowercased() == "set-cookie" }
            .compactMap { $0.value.split(separator: ";").first.map(String.init) }.joined(separator: "; ")
        let consent = try await browser.send(.get, dialog + "&auto=allow&account=\(username)")
        guard let callback = consent.header("location") else { throw HarnessFailure("no consent: \(consent.status)") }
        let done = try await browser.send(.get, callback, headers: [("Cookie", cookies)])
        guard done.status == 303, done.header("location")?.hasSuffix("/done") == true else {
            throw HarnessFailure("not connected: \(done.status) \(done.header("location") ?? "")")
        }
    }
}
