internal import Foundation
internal import Integrations
internal import Tenancy

/// What a token says (RFC 7519, 4.1), once its signature is proven.
struct TokenClaims: Sendable, Hashable {
    var issuer: String?
    /// One or several.
    var audiences: [String]
    /// Whom it was issued to.
    var subject: String?
    var expiresAt: Timestamp?
    var notBefore: Timestamp?
    var issuedAt: Timestamp?
    /// Of `scope` and `scp`: providers use one or the other.
    var scopes: Set<String>
    /// Of the claim that the configuration names.
    var tenant: String?

    /// - Parameters:
    ///   - payload: JSON.
    ///   - tenantClaim: the claim that names the tenant.
    /// - Throws: ``TokenFault/malformed`` for what is no object, or a claim of another type.
    init(_ payload: [UInt8], tenantClaim: String) throws(TokenFault) {
        guard let object = (try? JSONValue.parse(payload))?.object else { throw .malformed }
        issuer = try Self.text(object["iss"])
        audiences = try Self.words(object["aud"])
        subject = try Self.text(object["sub"])
        expiresAt = try Self.time(object["exp"])
        notBefore = try Self.time(object["nbf"])
        issuedAt = try Self.time(object["iat"])
        var scopes: Set<String> = []
        for claim in [object["scope"], object["scp"]] {
            // One text with spaces (RFC 8693, 4.2), or a list.
            for words in try Self.words(claim) { scopes.formUnion(words.split(separator: " ").map(String.init)) }
        }
        self.scopes = scopes
        tenant = try Self.text(object[tenantClaim])
    }

    private static func text(_ value: JSONValue?) throws(TokenFault) -> String? {
        guard let value else { return nil }
        guard let text = value.string else { throw .malformed }
        return text
    }

    private static func words(_ value: JSONValue?) throws(TokenFault) -> [String] {
        guard let value else { return [] }
        if let text = value.string { return [text] }
        guard let elements = value.array else { throw .malformed }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .malformed }
        return texts
    }

    /// Seconds since 1970, perhaps with a fraction (RFC 7519, 2, NumericDate).
    private static func time(_ value: JSONValue?) throws(TokenFault) -> Timestamp? {
        guard let value else { return nil }
        // The year 9999: nothing overflows, and milliseconds fit a Double.
        guard let seconds = value.number, (0...253_402_300_799).contains(seconds) else { throw .malformed }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded(.down)))
    }
}
