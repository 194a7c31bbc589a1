internal import Integrations

/// A request as the world sees it: no sockets.
struct SandboxRequest: Sendable {
    var method: String
    /// Path segments behind the base path, decoded.
    var path: [String]
    var query = FormFields()
    var form = FormFields()
    var json: JSONValue?
    /// The token of `Authorization: Bearer`.
    var bearer: String?
    /// `http://host:port`, for addresses that the answers name.
    var origin = ""
    /// It was held up once, as a fault asked.
    var hasWaited = false

    /// A parameter, wherever Graph clients put it: query, form or JSON.
    subscript(name: String) -> String? {
        query[name] ?? form[name] ?? json?[name]?.identifier
    }

    /// A parameter that is an object: JSON, or JSON text in a form or query.
    func object(_ name: String) -> JSONValue? {
        if let value = json?[name], value.object != nil { return value }
        guard let text = query[name] ?? form[name] ?? json?[name]?.string else { return nil }
        return try? JSONValue.parse(text)
    }

    /// The access token.
    var token: String? { bearer ?? self["access_token"] }

    /// The path without a leading version (`v25.0`).
    var node: ArraySlice<String> {
        guard let first = path.first, first.first == "v", first.dropFirst().allSatisfy({ $0.isNumber || $0 == "." })
        else { return path[...] }
        return path.dropFirst()
    }
}

/// An answer, and what the shell does before and instead of giving it.
struct SandboxAnswer: Sendable {
    /// How the answer reaches the caller.
    enum Fate: Sendable {
        case whole
        /// The connection closes, and nothing was said.
        case lost
        /// Half of the body, then the connection closes.
        case truncated
    }

    var status: Int
    var headers: [(String, String)] = []
    var contentType = "application/json; charset=UTF-8"
    var body: [UInt8] = []
    var fate = Fate.whole
    /// Milliseconds to wait.
    var delay: Int64 = 0
    /// Nothing has been done: the request is to be asked again after so many milliseconds.
    var comesAfter: Int64?
    /// Queued items that have to be delivered first.
    var awaits: [Int] = []

    /// JSON in Meta's way of writing.
    static func json(_ value: JSONValue, status: Int = 200) -> SandboxAnswer {
        SandboxAnswer(status: status, body: value.encoded(.meta))
    }

    static func html(_ page: String, status: Int = 200) -> SandboxAnswer {
        SandboxAnswer(
            status: status, headers: [("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")],
            contentType: "text/html; charset=utf-8", body: Array(page.utf8))
    }

    static func notYet(milliseconds: Int64) -> SandboxAnswer {
        SandboxAnswer(status: 503, comesAfter: milliseconds)
    }

    static func redirect(_ address: String, status: Int = 302) -> SandboxAnswer {
        SandboxAnswer(status: status, headers: [("Location", address)], contentType: "text/plain")
    }
}
