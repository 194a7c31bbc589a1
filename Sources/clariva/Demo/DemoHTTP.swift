import Foundation
import Integrations

/// JSON over HTTP, as any client of the two APIs would do it.
struct DemoHTTP: Sendable {
    let transport: CurlTransport

    /// - Parameters:
    ///   - url: absolute.
    ///   - bearer: an API key.
    /// - Returns: the answer's JSON; `null` for one without a body.
    /// - Throws: ``DemoFailure`` for a status of 400 and above.
    @discardableResult
    func json(
        _ method: HTTPRequest.Method, _ url: String, _ body: JSONValue? = nil, bearer: String? = nil
    ) async throws -> JSONValue {
        var headers: [(name: String, value: String)] = []
        if let bearer { headers.append(("Authorization", "Bearer \(bearer)")) }
        if body != nil { headers.append(("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method, url, headers: headers, body: body?.encoded(), isIdempotent: method == .get)
        let answer = try await transport.send(request)
        guard answer.status < 400 else {
            let path = URL(string: url)?.path() ?? ""
            let said = String(decoding: answer.body.prefix(400), as: UTF8.self)
            throw DemoFailure("\(method.rawValue) \(path) was answered \(answer.status): \(said)")
        }
        return answer.body.isEmpty ? .null : try JSONValue.parse(answer.body)
    }

    /// A query string; `nil` values are left out.
    static func query(_ fields: [(name: String, value: String?)]) -> String {
        let present = fields.compactMap { field in field.value.map { "\(escape(field.name))=\(escape($0))" } }
        return present.isEmpty ? "" : "?" + present.joined(separator: "&")
    }

    /// Percent-encodes everything but RFC 3986's unreserved characters.
    static func escape(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
