internal import Integrations
internal import JWTKit

/// One published key, by jwt-kit.
///
/// For each algorithm that the key is for there is a verifier of its own. jwt-kit's collection is not asked to choose: it
/// takes its first key for an unknown `kid`, and keeps the algorithm of the first token for a key that names none.
struct VerificationKey: Sendable {
    /// As tokens name it.
    let id: String?
    private let verifiers: [TokenAlgorithm: any JWTAlgorithm]

    /// - Parameter entry: an element of `keys`.
    /// - Returns: `nil` for what cannot verify a signature: an unknown or symmetric type, too short a key (jwt-kit wants
    ///   2048 bits of RSA, as RFC 7518, 3.3 does), one for encryption, one whose private half is published as well.
    init?(_ entry: JSONValue) async {
        guard entry["d"] == nil, Self.isForVerifying(entry), let keyType = entry["kty"]?.string else { return nil }
        let algorithms = TokenAlgorithm.allCases.filter { algorithm in
            algorithm.keyType == keyType && (algorithm.curve == nil || algorithm.curve == entry["crv"]?.string)
                && (entry["alg"] == nil || entry["alg"]?.string == algorithm.rawValue)
        }
        var verifiers: [TokenAlgorithm: any JWTAlgorithm] = [:]
        for algorithm in algorithms {
            guard let key = Self.key(entry, algorithm),
                let verifier = try? await JWTKeyCollection().add(jwk: key).getKey()
            else { return nil }
            verifiers[algorithm] = verifier
        }
        guard !verifiers.isEmpty else { return nil }
        switch entry["kid"]?.kind {
        case nil: id = nil
        case .string(let text): id = text
        default: return nil
        }
        self.verifiers = verifiers
    }

    /// Whether the key is for this algorithm.
    func takes(_ algorithm: TokenAlgorithm) -> Bool { verifiers[algorithm] != nil }

    /// Whether it signed a token, by the algorithm that the token names.
    func hasSigned(_ token: SignedToken) -> Bool {
        // A signature of another length is an error to some algorithms: it is simply none.
        (try? verifiers[token.algorithm]?.verify(token.signature, signs: token.signedBytes)) ?? false
    }

    /// RFC 7517, 4.2 and 4.3.
    private static func isForVerifying(_ entry: JSONValue) -> Bool {
        if let use = entry["use"], use.string != "sig" { return false }
        if let operations = entry["key_ops"], operations.array?.contains("verify") != true { return false }
        return true
    }

    private static func key(_ entry: JSONValue, _ algorithm: TokenAlgorithm) -> JWK? {
        guard let name = JWK.Algorithm(rawValue: algorithm.rawValue) else { return nil }
        let id = JWKIdentifier(string: "key")
        let (x, y) = (entry["x"]?.string, entry["y"]?.string)
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            return .rsa(name, identifier: id, modulus: entry["n"]?.string, exponent: entry["e"]?.string)
        case .es256, .es384, .es512:
            return .ecdsa(name, identifier: id, x: x, y: y, curve: algorithm.curve.flatMap(ECDSACurve.init(rawValue:)))
        case .eddsa: return .octetKeyPair(name, identifier: id, x: x, y: y, curve: .ed25519)
        }
    }
}
