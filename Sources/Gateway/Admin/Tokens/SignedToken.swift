internal import Cryptography
internal import Integrations

/// A token as it came (RFC 7515, compact serialisation), taken apart. Nothing in it is proven yet.
///
/// jwt-kit could read the header as well, but it turns any whole number into an `Int` and traps where it is too large for
/// one; and which key and algorithm count is decided here and not by the header.
struct SignedToken: Sendable {
    /// Which key signed it, as it says itself.
    let keyID: String?
    /// How it was signed, as it says itself.
    let algorithm: TokenAlgorithm
    /// The claims, decoded.
    let payload: [UInt8]
    /// What is signed.
    let signedBytes: [UInt8]
    /// The signature, decoded.
    let signature: [UInt8]

    /// Larger ones do not fit a header line anyway.
    private static let greatestLength = 16 << 10
    /// A token of another kind, such as a logout token, is none (RFC 8725, 3.11). Access tokens are RFC 9068, 2.1.
    private static let types: Set = ["jwt", "at+jwt", "application/at+jwt", "application/jwt"]

    /// Whether a text is meant as a token: keys of ours have no dots.
    static func isMeant(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: ".")) }

    /// - Throws: ``TokenFault/malformed``, ``TokenFault/type`` or ``TokenFault/algorithm``.
    init(_ text: String) throws(TokenFault) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.greatestLength, parts.count == 3,
            let header = Base64URL.decode(parts[0]).flatMap({ try? JSONValue.parse($0) })?.object,
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        // Extensions that must be understood are not (RFC 7515, 4.1.11).
        guard header["crit"] == nil else { throw .malformed }
        if let type = header["typ"] {
            guard let word = type.string?.lowercased(), Self.types.contains(word) else { throw .type }
        }
        guard let algorithm = header["alg"]?.string.flatMap(TokenAlgorithm.init(rawValue:)) else { throw .algorithm }
        switch header["kid"]?.kind {
        case nil: keyID = nil
        case .string(let id): keyID = id
        default: throw .malformed
        }
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
        signedBytes = Array("\(parts[0]).\(parts[1])".utf8)
    }
}
