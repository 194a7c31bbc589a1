internal import Cryptography
internal import Integrations

/// Posts webhook bodies as Meta does: signed over the very bytes, with Meta's headers.
struct WebhookPoster: Sendable {
    private let transport: any HTTPTransport

    init(transport: any HTTPTransport) {
        self.transport = transport
    }

    /// How a body is signed.
    enum Signature: Sendable {
        case with(secret: String)
        /// This text as the header's value; `nil` sends none.
        case text(String?)
    }

    /// - Returns: the status, and whatever the app said; 0 where no answer came.
    func post(_ body: [UInt8], to url: String, signature: Signature) async -> (status: Int, body: [UInt8]) {
        var headers: [(name: String, value: String)] = [
            ("User-Agent", "facebookexternalua"), ("Content-Type", "application/json"),
            ("Facebook-API-Version", "v25.0"), ("Accept", "*/*"), ("Accept-Encoding", "deflate, gzip"),
        ]
        switch signature {
        case .with(let secret): headers.append(("X-Hub-Signature-256", Self.signature(of: body, secret: secret)))
        case .text(let text?): headers.append(("X-Hub-Signature-256", text))
        case .text(nil): break
        }
        return await send(
            HTTPRequest(.post, url, headers: headers, body: body, timeout: .seconds(20), isIdempotent: true))
    }

    /// `sha256=` and the HMAC in hexadecimal.
    static func signature(of body: [UInt8], secret: String) -> String {
        guard let key = try? HMACKey(utf8: secret) else { return "sha256=" }
        return "sha256=" + Hex.encode(key.authenticate(body))
    }

    /// A form, as the deauthorize and deletion callbacks get one.
    func postForm(_ fields: [(String, String)], to url: String) async -> (status: Int, body: [UInt8]) {
        let headers = [
            (name: "User-Agent", value: "facebookexternalua"),
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
        ]
        let body = Array(FormFields.encode(fields).utf8)
        return await send(
            HTTPRequest(.post, url, headers: headers, body: body, timeout: .seconds(20), isIdempotent: true))
    }

    /// The handshake.
    func get(_ url: String) async -> (status: Int, body: [UInt8]) {
        let headers = [(name: "User-Agent", value: "facebookplatform/1.0 (+http://developers.facebook.com)")]
        return await send(HTTPRequest(.get, url, headers: headers, timeout: .seconds(20), isIdempotent: true))
    }

    private func send(_ request: HTTPRequest) async -> (status: Int, body: [UInt8]) {
        do {
            let response = try await transport.send(request)
            return (response.status, response.body)
        } catch {
            return (0, [])
        }
    }
}
