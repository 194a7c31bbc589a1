import CryptoExtras
import Cryptography
import Foundation
import Integrations
import JWTKit

@testable import Gateway

/// A key pair of an issuer, made by jwt-kit.
struct TokenKey: Sendable {
    /// The public half as it is published.
    let entry: JSONObject
    let algorithm: TokenAlgorithm
    private let signer: any JWTAlgorithm

    /// - Parameter id: `nil` for a key without one.
    init(_ algorithm: TokenAlgorithm = .es256, id: String? = "first") async throws {
        let made = try await Self.make(algorithm)
        signer = made.signer
        var entry = made.entry
        entry["kty"] = .string(algorithm.keyType)
        entry["crv"] = algorithm.curve.map { .string($0) }
        entry["alg"] = .string(algorithm.rawValue)
        entry["use"] = "sig"
        entry["kid"] = id.map { .string($0) }
        self.entry = entry
        self.algorithm = algorithm
    }

    private init(_ other: TokenKey, _ algorithm: TokenAlgorithm, _ signer: any JWTAlgorithm) {
        entry = other.entry
        self.algorithm = algorithm
        self.signer = signer
    }

    /// The same RSA key, used with another algorithm.
    func signing(by algorithm: TokenAlgorithm) async throws -> TokenKey {
        TokenKey(self, algorithm, try await Self.make(algorithm).signer)
    }

    /// What is published, with something changed; `nil` removes a member.
    func entry(changing changes: [String: JSONValue?]) -> JSONObject {
        changes.reduce(into: entry) { $0[$1.key] = $1.value }
    }

    /// A token as the issuer would make it.
    /// - Parameters:
    ///   - claims: whatever they are.
    ///   - header: what the header says differently; `null` leaves a member out.
    func token(_ claims: JSONObject, header: JSONObject = [:]) throws -> String {
        var fields: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT", "kid": entry["kid"] ?? .null]
        for (key, value) in header { fields[key] = value }
        for key in fields.keys where fields[key] == .null { fields[key] = nil }
        return try Self.token(header: fields, claims: claims) { try signer.sign($0) }
    }

    /// A token of any kind.
    static func token(
        header: JSONObject, claims: JSONObject, sign: ([UInt8]) throws -> [UInt8]
    ) throws -> String {
        let content = [header, claims].map { Base64URL.encode(JSONValue.object($0).encoded()) }.joined(separator: ".")
        return "\(content).\(Base64URL.encode(try sign(Array(content.utf8))))"
    }

    /// - Returns: the JSON of a key set.
    static func set(_ entries: [JSONObject]) -> [UInt8] {
        JSONValue.object(["keys": .array(entries.map { .object($0) })]).encoded()
    }
}

extension TokenKey {
    /// Making one takes a while.
    private static let rsa = Result {
        try JWTKit.Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
    }

    private static func make(_ algorithm: TokenAlgorithm) async throws -> (signer: any JWTAlgorithm, entry: JSONObject)
    {
        let digest: DigestAlgorithm =
            switch algorithm {
            case .rs384, .ps384: .sha384
            case .rs512, .ps512: .sha512
            default: .sha256
            }
        let keys = JWTKeyCollection()
        switch algorithm {
        case .rs256, .rs384, .rs512:
            let key = try rsa.get()
            return (try await keys.add(rsa: key, digestAlgorithm: digest).getKey(), try entry(key))
        case .ps256, .ps384, .ps512:
            let key = try rsa.get()
            return (try await keys.add(pss: key, digestAlgorithm: digest).getKey(), try entry(key))
        case .es256:
            let key = ES256PrivateKey()
            return (try await keys.add(ecdsa: key).getKey(), entry(key.parameters))
        case .es384:
            let key = ES384PrivateKey()
            return (try await keys.add(ecdsa: key).getKey(), entry(key.parameters))
        case .es512:
            let key = ES512PrivateKey()
            return (try await keys.add(ecdsa: key).getKey(), entry(key.parameters))
        case .eddsa:
            let key = try EdDSA.PrivateKey()
            let x = Base64URL.encode([UInt8](key.publicKey.rawRepresentation))
            return (try await keys.add(eddsa: key).getKey(), ["x": .string(x)])
        }
    }

    private static func entry(_ key: JWTKit.Insecure.RSA.PrivateKey) throws -> JSONObject {
        let numbers = try key.publicKey.getKeyPrimitives()
        return [
            "n": .string(Base64URL.encode([UInt8](numbers.modulus))),
            "e": .string(Base64URL.encode([UInt8](numbers.publicExponent))),
        ]
    }

    /// jwt-kit gives the coordinates in plain base64.
    private static func entry(_ parameters: ECDSAParameters?) -> JSONObject {
        func text(_ base64: String?) -> JSONValue {
            .string(Base64URL.encode([UInt8](base64.flatMap { Data(base64Encoded: $0) } ?? Data())))
        }
        return ["x": text(parameters?.x), "y": text(parameters?.y)]
    }

    /// An RSA key that is too short, as it would be published.
    static func short() throws -> JSONObject {
        let key = try _RSA.Signing.PrivateKey(unsafeKeySize: _RSA.Signing.KeySize(bitCount: 1024))
        let numbers = try key.publicKey.getKeyPrimitives()
        return [
            "kty": "RSA", "kid": "short", "n": .string(Base64URL.encode([UInt8](numbers.modulus))),
            "e": .string(Base64URL.encode([UInt8](numbers.publicExponent))),
        ]
    }
}
