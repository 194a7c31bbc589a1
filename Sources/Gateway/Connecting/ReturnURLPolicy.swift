internal import Foundation

/// Where a doctor's browser may be sent after connecting: only to hosts that the configuration names, so that a link of
/// ours never leads to somebody else's page.
struct ReturnURLPolicy: Sendable {
    /// Host names, with a port where one is asked for.
    let hosts: Set<String>

    /// - Returns: why the address cannot be used; `nil` where it can.
    func fault(_ text: String) -> String? {
        // What other readers of addresses might take otherwise (spaces, backslashes, control characters, escapes in the
        // host) is refused before ours reads it kindly.
        guard text.utf8.count <= 2000, Self.isPlain(text), let parts = URLComponents(string: text),
            let host = parts.host?.lowercased(),
            let scheme = parts.scheme?.lowercased(), parts.user == nil, parts.password == nil
        else { return "must be an absolute https URL" }
        guard scheme == "https" || (scheme == "http" && ConfigurationValues.isLoopback(host)) else {
            return "must be https"
        }
        let withPort = parts.port.map { "\(host):\($0)" } ?? host
        return hosts.contains(host) || hosts.contains(withPort)
            ? nil : "names a host that CLARIVA_RETURN_URL_HOSTS does not allow"
    }

    /// The origin of an address that was accepted: scheme, host and port.
    static func origin(of text: String) -> String? {
        guard isPlain(text), let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    /// Characters of RFC 3986 alone, escapes only behind the authority, and square brackets only in it.
    private static func isPlain(_ text: String) -> Bool {
        guard let match = text.wholeMatch(of: /[A-Za-z]+:\/\/([A-Za-z0-9.\-:\[\]@]+)(|[\/?#].*)/) else { return false }
        return match.output.2.wholeMatch(of: /(?:[A-Za-z0-9\-._~:\/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*/) != nil
    }
}
