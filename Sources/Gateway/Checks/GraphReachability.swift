public import Integrations

/// Whether Meta's Graph hosts can be reached: any HTTP answer will do, also one that refuses.
public struct GraphReachability: Sendable {
    private let transport: any HTTPTransport

    /// - Parameter transport: as the service uses it.
    public init(transport: any HTTPTransport) {
        self.transport = transport
    }

    /// One result for each distinct host.
    public func run(_ configuration: GatewayConfiguration) async -> [CheckResult] {
        var urls: [String] = []
        if let instagram = configuration.instagram { urls += [instagram.graphURL, instagram.apiURL] }
        if let facebook = configuration.facebook { urls.append(facebook.graphURL) }
        var results: [CheckResult] = []
        for url in urls where !results.contains(where: { $0.name == "reach \(url)" }) {
            results.append(await look(url))
        }
        return results
    }

    private func look(_ url: String) async -> CheckResult {
        let request = HTTPRequest(.get, url + "/", timeout: .seconds(10), isIdempotent: true)
        do {
            let response = try await transport.send(request)
            return response.status < 500
                ? CheckResult("reach \(url)", .pass, "HTTP \(response.status)")
                : CheckResult("reach \(url)", .warn, "HTTP \(response.status)", fix: "Meta's fault: try again later")
        } catch {
            return CheckResult(
                "reach \(url)", .fail, "no answer (\(error))",
                fix: "check DNS, the firewall and the proxy between this machine and that host")
        }
    }
}
