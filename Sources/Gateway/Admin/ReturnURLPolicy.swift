internal import Foundation

/// Where a doctor's browser may be sent after connecting: only to hosts that the configuration names, so that a link of
/// ours never leads to somebody else's page.
struct ReturnURLPolicy: Sendable {
    /// Host names, with a port where one is asked for.
    let hosts: Set<String>

    /// - Returns: why the address cannot be used; `nil` where it can.
    func fault(_ text: String) -> String? {
        guard text.utf8.count <= 2000, let parts = URLComponents(string: text), let host = parts.host?.lowercased(),
            let scheme = parts.scheme?.lowercased(), parts.user == nil, parts.password == nil
        else { return "must be an absolute https URL" }
        guard scheme == "https" || (scheme == "http" && ConfigurationValues.isLoopback(host)) else {
            return "must be https"
        }
        let withPort = parts.port.map { "\(host):\($0)" } ?? host
        return hosts.contains(host) || hosts.contains(withPort)
            ? nil : "names a host that CLARIVA_RETURN_URL_HOSTS does not allow"
    }
}
