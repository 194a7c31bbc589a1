internal import Hummingbird

/// A cookie that holds a secret of this service: unreadable for scripts, and not sent along with other sites' forms.
///
/// With `__Host-` a browser takes it only over https, from this very host and for all of it (RFC 6265bis, 4.1.3.2): no
/// neighbouring host can set it. Over plain http, which is for development alone, both the prefix and `Secure` would keep
/// browsers from storing it.
struct BrowserCookie: Sendable, Equatable {
    let name: String
    private let isSecure: Bool

    /// A doctor's session on the practice's page.
    static func practice(isSecure: Bool) -> BrowserCookie { BrowserCookie("clariva_practice", isSecure: isSecure) }

    /// An operator's session.
    static func `operator`(isSecure: Bool) -> BrowserCookie { BrowserCookie("clariva_admin", isSecure: isSecure) }

    /// - Parameters:
    ///   - name: without prefix.
    ///   - isSecure: whether browsers reach the service by https.
    init(_ name: String, isSecure: Bool) {
        self.name = isSecure ? "__Host-\(name)" : name
        self.isSecure = isSecure
    }

    /// What the browser sent; `nil` where it sent nothing.
    func value(in request: Request) -> String? { request.cookies[name]?.value }

    /// Lets the browser keep a secret.
    /// - Parameters:
    ///   - value: URL-safe text.
    ///   - seconds: for how long.
    func set(_ value: String, seconds: Int, in response: inout Response) {
        response.setCookie(
            Cookie(
                name: name, value: value, maxAge: seconds, path: "/", secure: isSecure, httpOnly: true,
                sameSite: .lax))
    }

    /// Lets the browser forget it.
    func clear(in response: inout Response) { set("", seconds: 0, in: &response) }
}
