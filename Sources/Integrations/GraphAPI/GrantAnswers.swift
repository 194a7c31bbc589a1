/// The token endpoints' answers of both flows.
enum GrantAnswers {
    /// - Throws: ``GraphError/Kind/malformed`` without a token: the connect fails rather than go on with an old one.
    static func token(_ answer: JSONValue) throws(GraphError) -> AccessToken {
        guard let value = answer["access_token"]?.string, !value.isEmpty else { throw GraphError(.malformed) }
        let lifetime = answer["expires_in"]?.looseInteger.flatMap { Int(exactly: $0) }
        return AccessToken(value, expiresIn: lifetime.flatMap { $0 > 0 ? min($0, longestLifetime) : nil })
    }

    /// Ten years in seconds: no token lives longer, and sums of times stay within their type.
    private static let longestLifetime = 315_360_000

    /// An array of strings, or one string with commas.
    static func scopes(_ value: JSONValue?) -> [String] {
        let list = value?.array?.compactMap(\.string) ?? value?.string?.split(separator: ",").map(String.init) ?? []
        return list.map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }

    /// The flat object, or the first of `{"data": [...]}`: Meta documents the one and sends the other.
    static func unwrapped(_ answer: JSONValue) -> JSONValue {
        answer["data"]?.array?.first ?? answer
    }

    /// Meta appends `#_` to the callback's address, and some browsers pass it on.
    static func code(_ raw: String) -> String {
        raw.hasSuffix("#_") ? String(raw.dropLast(2)) : raw
    }

    /// - Parameter base: may carry a query already.
    static func url(_ base: String, _ query: [(name: String, value: String)]) -> String {
        base + (base.contains("?") ? "&" : "?") + PercentEncoding.form(query)
    }
}
