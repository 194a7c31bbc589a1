import Foundation
import Integrations
import Synchronization

/// A browser as far as connecting needs one: follows redirects, keeps cookies, sends forms.
final class DemoBrowser: Sendable {
    /// What is shown.
    struct Page: Sendable {
        var url: URL
        var status: Int
        var html: String
    }

    private struct Cookie: Sendable {
        var value: String
        var path: String
    }

    private static let mostRedirects = 10
    private let transport: CurlTransport
    /// By host, then by name.
    private let cookies = Mutex<[String: [String: Cookie]]>([:])

    init(_ transport: CurlTransport) {
        self.transport = transport
    }

    /// Opens an address.
    func open(_ address: String) async throws -> Page {
        try await load(.get, address, form: nil)
    }

    /// Sends a form as its button does.
    func submit(_ form: DemoForm, on page: Page, _ fields: [(name: String, value: String)]) async throws -> Page {
        let encoded = fields.map { "\(DemoHTTP.escape($0.name))=\(DemoHTTP.escape($0.value))" }.joined(separator: "&")
        let target = form.action.isEmpty ? page.url : URL(string: form.action, relativeTo: page.url)?.absoluteURL
        guard let target else { throw DemoFailure("a form leads nowhere") }
        guard form.isPost else {
            let bare = target.absoluteString.split(separator: "?").first.map(String.init) ?? ""
            return try await load(.get, "\(bare)?\(encoded)", form: nil)
        }
        return try await load(.post, target.absoluteString, form: encoded)
    }

    private func load(_ method: HTTPRequest.Method, _ address: String, form: String?) async throws -> Page {
        var method = method
        var form = form
        var address = address
        for _ in 0...Self.mostRedirects {
            guard let url = URL(string: address.split(separator: "#").first.map(String.init) ?? "") else {
                throw DemoFailure("a redirect leads nowhere")
            }
            let answer = try await send(method, url, form)
            keepCookies(answer, of: url)
            guard (300...399).contains(answer.status), let location = answer.header("Location") else {
                let html = String(decoding: answer.body, as: UTF8.self)
                return Page(url: url, status: answer.status, html: html)
            }
            guard let next = URL(string: location, relativeTo: url) else {
                throw DemoFailure("a redirect leads nowhere")
            }
            address = next.absoluteURL.absoluteString
            // 302 and 303 after a POST: browsers go on with GET.
            (method, form) = (.get, nil)
        }
        throw DemoFailure("more than \(Self.mostRedirects) redirects")
    }

    private func send(_ method: HTTPRequest.Method, _ url: URL, _ form: String?) async throws -> HTTPResponse {
        var headers: [(name: String, value: String)] = [("Accept", "text/html")]
        let sent = cookies.withLock { jar in
            (jar[url.host() ?? ""] ?? [:]).filter { url.path().hasPrefix($0.value.path) }
                .map { "\($0.key)=\($0.value.value)" }.sorted()
        }
        if !sent.isEmpty { headers.append(("Cookie", sent.joined(separator: "; "))) }
        if form != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        if method == .post, let scheme = url.scheme, let host = url.host() {
            headers.append(("Origin", "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")))
        }
        return try await transport.send(
            HTTPRequest(
                method, url.absoluteString, headers: headers, body: form.map { Array($0.utf8) },
                isIdempotent: method == .get))
    }

    /// RFC 6265 as far as it is met here: name, value, `Path` and `Max-Age`.
    private func keepCookies(_ answer: HTTPResponse, of url: URL) {
        for header in answer.headers where header.name.lowercased() == "set-cookie" {
            let parts = header.value.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            var cookie = Cookie(value: String(pair[pair.index(after: equals)...]), path: "/")
            var isGone = false
            for attribute in parts.dropFirst() {
                let lower = attribute.lowercased()
                if lower.hasPrefix("path=") { cookie.path = String(attribute.dropFirst("path=".count)) }
                if lower.hasPrefix("max-age=") { isGone = Int(lower.dropFirst("max-age=".count)) ?? 1 <= 0 }
            }
            let name = String(pair[..<equals])
            cookies.withLock { jar in
                jar[url.host() ?? "", default: [:]][name] = isGone ? nil : cookie
            }
        }
    }
}
