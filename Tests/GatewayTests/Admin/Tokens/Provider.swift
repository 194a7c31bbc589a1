import Integrations
import Tenancy

@testable import Gateway

/// What the identity provider of the tests says in its tokens.
enum Provider {
    static let issuer = "https://id.practice.example/"
    static let audience = "clariva"
    static let tenantClaim = "https://clariva.example/practice"

    /// Good claims.
    static func claims(
        of tenant: TenantID, now: Timestamp, scope: String = "admin", subject: String = "anna"
    ) -> JSONObject {
        let seconds = now.milliseconds / 1000
        return [
            "iss": .string(issuer), "aud": .string(audience), "sub": .string(subject), "iat": .integer(seconds),
            "exp": .integer(seconds + 300), "scope": .string("openid \(scope)"),
            tenantClaim: .string(tenant.description),
        ]
    }

    /// The same with something changed; `nil` removes a claim.
    static func claims(
        of tenant: TenantID, now: Timestamp, changing changes: [String: JSONValue?]
    ) -> JSONObject {
        changes.reduce(into: claims(of: tenant, now: now)) { $0[$1.key] = $1.value }
    }

    static func configuration(_ keySet: GatewayConfiguration.KeySetLocation) -> GatewayConfiguration.JWT {
        GatewayConfiguration.JWT(issuer: issuer, audience: audience, keySet: keySet, tenantClaim: tenantClaim)
    }
}
