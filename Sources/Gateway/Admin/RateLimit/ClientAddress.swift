internal import HTTPTypes
internal import NIOCore

/// Who asks, as far as the network tells.
///
/// Behind a reverse proxy on the same machine it is what the proxy says (`X-Forwarded-For`, which `deploy/nginx` sets and
/// never passes on). From anywhere else the header is the caller's own word and is not believed. Of IPv6 addresses the
/// network counts (the first 64 bits): one subscriber has that many.
struct ClientAddress: Sendable, Hashable {
    private let network: String

    /// - Parameters:
    ///   - peer: the other end of the connection; `nil` where there is none, such as in a test without a socket.
    ///   - forwarded: `X-Forwarded-For` as it came. Of several addresses the last one was added by the proxy.
    init(peer: SocketAddress?, forwarded: String?) {
        let own = Self.plain(peer?.ipAddress ?? "")
        if own.hasPrefix("127.") || own == "::1", let text = forwarded?.split(separator: ",").last,
            let told = try? SocketAddress(ipAddress: String(text.filter { $0 != " " }), port: 0).ipAddress
        {
            network = Self.network(of: Self.plain(told))
        } else {
            network = Self.network(of: own)
        }
    }

    /// An IPv4 address in IPv6's clothes is one (RFC 4291, 2.5.5.2).
    private static func plain(_ text: String) -> String {
        text.contains(".") ? text.split(separator: ":").last.map(String.init) ?? text : text
    }

    /// - Parameter text: an address as the system writes it (RFC 5952).
    private static func network(of text: String) -> String {
        guard text.contains(":") else { return text }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.split(separator: ":") }
        let zeros = halves.count > 1 ? 8 - halves[0].count - halves[1].count : 0
        let groups = halves[0] + [Substring](repeating: "0", count: max(0, zeros)) + (halves.count > 1 ? halves[1] : [])
        return groups.prefix(4).joined(separator: ":")
    }
}
