import Foundation
import Integrations
import Synchronization

/// Stands for Meta: answers by host and path with the recorded payloads, and remembers what it was asked.
final class RecordedMeta: HTTPTransport {
    /// A request as Meta would read it.
    struct Asked: Sendable {
        var raw: HTTPRequest
        var host: String
        var path: String
        var query: [String: String]
        var form: [String: String]
        var json: JSONValue?

        var method: HTTPRequest.Method { raw.method }
        var bearer: String? {
            raw.headers.first { $0.name == "Authorization" }.map { String($0.value.dropFirst("Bearer ".count)) }
        }
    }

    enum Answer: Sendable {
        case json(Int, String, [(name: String, value: String)])
        case failure(TransportError)

        static func ok(_ json: String) -> Answer { .json(200, json, []) }
        static func status(_ status: Int, _ json: String) -> Answer { .json(status, json, []) }
        static func payload(_ name: String) -> Answer {
            guard let bytes = try? SamplePayload.bytes(name) else { return .status(599, "") }
            return .ok(String(decoding: bytes, as: UTF8.self))
        }
    }

    static let accountID = "17841400000000001"
    static let pageID = "200000000000001"
    static let mid = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3"
    static let instagramSecret = "secret-of-the-instagram-app"
    static let facebookSecret = "secret-of-the-facebook-app"

    private let override: @Sendable (Asked) -> Answer?
    private let log = Mutex<[Asked]>([])

    /// - Parameter override: answers what this test is about; the rest is answered as usual.
    init(_ override: @escaping @Sendable (Asked) -> Answer? = { _ in nil }) {
        self.override = override
    }

    var asked: [Asked] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let asked = Self.read(request)
        log.withLock { $0.append(asked) }
        switch override(asked) ?? Self.usual(asked) {
        case .failure(let error): throw error
        case .json(let status, let body, let headers):
            return HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
        }
    }

    private static func usual(_ asked: Asked) -> Answer {
        let path = asked.path.replacing("/v25.0", with: "")
        switch (asked.host, asked.method, path) {
        case ("api.instagram.test", .post, "/oauth/access_token"): return .payload("api-ig-code-exchange-real")
        case ("graph.instagram.test", .get, "/access_token"): return .payload("api-ig-long-lived")
        case ("graph.instagram.test", .get, "/refresh_access_token"): return .payload("api-ig-refresh")
        case ("graph.instagram.test", .get, "/me"): return .payload("api-ig-me")
        case ("graph.instagram.test", .post, "/\(accountID)/messages"): return .payload("api-send-ok-ig")
        case ("graph.facebook.test", .post, "/\(pageID)/messages"): return .payload("api-send-ok-page")
        case ("graph.facebook.test", .get, "/oauth/access_token"):
            return asked.query["grant_type"] == "fb_exchange_token"
                ? .ok(#"{"access_token":"EAA-LONG","token_type":"bearer","expires_in":5183944}"#)
                : .ok(#"{"access_token":"EAA-SHORT","token_type":"bearer"}"#)
        case ("graph.facebook.test", .get, "/me"): return .ok(#"{"id":"122000000000000001"}"#)
        case ("graph.facebook.test", .get, "/me/permissions"):
            let scopes = ["instagram_basic", "instagram_manage_messages", "pages_manage_metadata", "pages_messaging"]
            let granted = scopes.map { #"{"permission":"\#($0)","status":"granted"}"# }
            return .ok(#"{"data":[\#(granted.joined(separator: ",")),{"permission":"email","status":"declined"}]}"#)
        case ("graph.facebook.test", .get, "/me/accounts"):
            return asked.query["after"] == nil ? .payload("api-fb-me-accounts") : .ok(#"{"data":[]}"#)
        case ("graph.facebook.test", .get, "/debug_token"): return .payload("api-fb-debug-token")
        case ("graph.facebook.test", .get, "/\(pageID)"):
            return .ok(
                #"{"id":"\#(pageID)","name":"Page","access_token":"EAA-PAGE","instagram_business_account":"#
                    + #"{"id":"\#(accountID)","username":"business"}}"#)
        default: return common(asked, path)
        }
    }

    /// What both hosts answer alike.
    private static func common(_ asked: Asked, _ path: String) -> Answer {
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        switch (asked.method, last) {
        case (.post, "subscribed_apps"), (.delete, "subscribed_apps"): return .payload("api-subscribed-apps-post")
        case (.get, "subscribed_apps"): return .payload("api-subscribed-apps-get")
        case (.get, "conversations"): return .payload("api-conversations")
        case (.get, mid): return .payload("api-message-get")
        case (.get, "conversation-1"): return .payload("api-conversation-messages")
        case (.get, "1000000000000001"): return .payload("api-user-profile")
        default: return .status(404, #"{"error":{"message":"Unknown path","code":803}}"#)
        }
    }

    private static func read(_ request: HTTPRequest) -> Asked {
        let parts = URLComponents(string: request.url)
        let body = request.body ?? []
        var form: [String: String] = [:]
        if request.headers.contains(where: { $0.value == "application/x-www-form-urlencoded" }) {
            form = pairs(URLComponents(string: "?" + String(decoding: body, as: UTF8.self)))
        }
        return Asked(
            raw: request, host: parts?.host ?? "", path: parts?.path ?? "", query: pairs(parts), form: form,
            json: try? JSONValue.parse(body))
    }

    private static func pairs(_ parts: URLComponents?) -> [String: String] {
        Dictionary((parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
    }
}
