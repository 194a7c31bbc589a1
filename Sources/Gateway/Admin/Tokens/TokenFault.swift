internal import HTTPTypes

/// Why a token opens nothing. Holds nothing of the token.
enum TokenFault: Error, Sendable, Hashable {
    /// Not three parts of base64url with a JSON object, or claims of another shape.
    case malformed
    /// A token of another kind.
    case type
    /// Signed in a way that is not taken, or that its key is not for.
    case algorithm
    /// Several keys are published and the token names none.
    case keyNotNamed
    /// Nobody published the key that the token names.
    case keyUnknown
    /// Not signed by that key.
    case signature
    /// No keys could be read so far.
    case keysUnavailable
    case issuer
    case audience
    /// It does not say when it ends.
    case endless
    case expired
    /// Its time, or the time of its issue, lies ahead.
    case early
    /// It does not say who it is for.
    case subject
    /// It names no tenant.
    case tenant
    /// Neither `admin` nor `read` is among its scopes.
    case scope

    /// For the caller, who has the token: what to look at.
    var problem: Problem {
        switch self {
        case .malformed: Self.invalid("The token is malformed.")
        case .type: Self.invalid("The token is of another kind: its typ must be JWT or at+jwt.")
        case .algorithm: Self.invalid("The token's algorithm is not accepted.")
        case .keyNotNamed: Self.invalid("The token names no key (kid).")
        case .keyUnknown: Self.invalid("The token names a key that its issuer does not publish.")
        case .signature: Self.invalid("The token's signature is wrong.")
        case .keysUnavailable:
            Problem(.serviceUnavailable, "The token issuer's keys cannot be read.", headers: [.retryAfter: "10"])
        case .issuer: Self.invalid("The token is another issuer's.")
        case .audience: Self.invalid("The token is for another audience.")
        case .endless: Self.invalid("The token does not say when it ends.")
        case .expired: Self.invalid("The token has expired.")
        case .early: Self.invalid("The token is not valid yet.")
        case .subject: Self.invalid("The token does not say whom it was issued to.")
        case .tenant: Self.invalid("The token names no tenant.")
        case .scope:
            Problem(
                .forbidden, "The token has neither the scope admin nor read.",
                headers: [.wwwAuthenticate: #"Bearer error="insufficient_scope", scope="admin read""#])
        }
    }

    /// RFC 6750, 3.1.
    private static func invalid(_ detail: String) -> Problem {
        Problem(.unauthorized, detail, headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
    }
}
