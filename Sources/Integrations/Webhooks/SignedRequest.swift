internal import Cryptography

/// The `signed_request` form value of Meta's deauthorize and data-deletion callbacks, verified.
/// Source: Meta, "Data Deletion Request Callback".
public struct SignedRequest: Sendable, Hashable {
    /// The person, by **app-scoped** id; never an `instagram_page_id` or IGSID.
    public let userID: String
    /// When Meta made it, seconds since 1970.
    public let issuedAt: Int64?
    /// The app whose secret signed it.
    public let app: MetaApp

    /// Verifies the signature before anything of the payload is read.
    /// - Parameters:
    ///   - value: `base64url(signature) "." base64url(json)`, without padding.
    ///   - candidates: every configured secret.
    /// - Throws: ``SignedRequestError``.
    public init(_ value: String, candidates: [WebhookSecret]) throws(SignedRequestError) {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let code = Base64URL.decode(parts[0]), code.count == SHA256.byteCount,
            let payload = Base64URL.decode(parts[1]), !payload.isEmpty
        else { throw .malformed }
        // The code is over the payload as it was sent, still encoded.
        guard let signer = candidates.signer(of: code, over: Array(parts[1].utf8)) else { throw .signature }
        guard let claims = try? JSONValue.parse(payload), claims.object != nil else { throw .malformed }
        guard claims["algorithm"]?.string == "HMAC-SHA256" else { throw .algorithm }
        guard let userID = claims["user_id"]?.identifier,
            userID.utf8.count <= 32, userID.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { throw .userMissing }
        self.userID = userID
        issuedAt = claims["issued_at"]?.looseInteger
        app = signer.app
    }
}

/// Why a `signed_request` is refused. Says nothing of what would have been right.
public enum SignedRequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not two base64url parts, or no JSON object inside.
    case malformed
    /// None of the secrets made it.
    case signature
    /// Another algorithm than HMAC-SHA256.
    case algorithm
    /// Verified, but it names no user.
    case userMissing

    /// Safe for logs.
    public var description: String {
        switch self {
        case .malformed: "signed_request is malformed"
        case .signature: "signed_request is signed by none of the known secrets"
        case .algorithm: "signed_request uses another algorithm than HMAC-SHA256"
        case .userMissing: "signed_request names no user"
        }
    }
}
