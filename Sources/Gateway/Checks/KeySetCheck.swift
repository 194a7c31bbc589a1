/// Whether the keys of the identity provider can be read, where tokens are taken.
public struct KeySetCheck: Sendable {
    /// Stateless.
    public init() {}

    /// - Returns: nothing where only API keys are taken.
    public func run(_ configuration: GatewayConfiguration) async -> [CheckResult] {
        guard let jwt = configuration.jwt else { return [] }
        do {
            let reader = try KeySetReader(jwt.keySet)
            defer { reader.end() }
            let keys = try await KeySet(try await reader.read()).keys
            let detail = keys.count == 1 ? "1 key" : "\(keys.count) keys"
            if keys.count > 1, keys.contains(where: { $0.id == nil }) {
                return [
                    CheckResult(
                        "key set", .warn, "\(detail), of which some have no kid: no token can name them",
                        fix: "give each key of CLARIVA_JWT_JWKS a kid")
                ]
            }
            return [CheckResult("key set", .pass, detail)]
        } catch {
            return [CheckResult("key set", .fail, "cannot be used (\(error))", fix: Self.fix(jwt.keySet))]
        }
    }

    private static func fix(_ location: GatewayConfiguration.KeySetLocation) -> String {
        switch location {
        case .url: "check that CLARIVA_JWT_JWKS is the address of the issuer's key set, and DNS and the firewall"
        case .file: "check that CLARIVA_JWT_JWKS is the path of a key set that the service's user may read"
        }
    }
}
