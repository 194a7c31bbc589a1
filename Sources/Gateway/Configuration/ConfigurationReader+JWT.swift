internal import Tenancy

extension ConfigurationReader {
    private static let longest = 200

    /// Tokens as a second way into the admin API: whole, or not at all. Without a claim that names the tenant a token
    /// would open every practice.
    static func jwt(_ values: inout ConfigurationValues) -> GatewayConfiguration.JWT? {
        let all: [ConfigurationVariable] = [.jwtIssuer, .jwtAudience, .jwtJWKS, .jwtTenantClaim]
        let missing = all.filter { !values.isSet($0) }
        guard missing.count < all.count else { return nil }
        for variable in missing {
            values.fail(variable, "is missing although other CLARIVA_JWT_ variables are set")
        }
        let issuer = word(&values, .jwtIssuer)
        let audience = word(&values, .jwtAudience)
        let keySet = keySet(&values)
        let claim = word(&values, .jwtTenantClaim)
        guard let issuer, let audience, let keySet, let claim else { return nil }
        return GatewayConfiguration.JWT(issuer: issuer, audience: audience, keySet: keySet, tenantClaim: claim)
    }

    /// An issuer stands in the audit log, with a space behind it.
    private static func word(_ values: inout ConfigurationValues, _ variable: ConfigurationVariable) -> String? {
        guard let text = values.text(variable) else { return nil }
        guard text.utf8.count <= longest, !text.contains(where: \.isWhitespace), !ControlCharacters.are(in: text) else {
            values.fail(variable, "must be one word of at most \(longest) bytes, as it stands in the tokens")
            return nil
        }
        return text
    }

    private static func keySet(_ values: inout ConfigurationValues) -> GatewayConfiguration.KeySetLocation? {
        guard let text = values.text(.jwtJWKS) else { return nil }
        if text.contains("://") {
            // Only looked at: a slash at its end is part of it.
            _ = values.url(.jwtJWKS, "", isBase: false)
            return .url(text)
        }
        guard ["/", "./", "../"].contains(where: { text.hasPrefix($0) }), !ControlCharacters.are(in: text) else {
            values.fail(.jwtJWKS, "must be an https URL, or a file's path that begins with / or ./")
            return nil
        }
        return .file(path: text)
    }
}
