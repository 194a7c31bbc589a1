import Cryptography
import Integrations
import Testing

@testable import Gateway

/// Which key counts for which token.
@Suite struct KeySetTests {
    private static let claims: JSONObject = ["sub": "anna"]

    private func set(_ entries: [JSONObject]) async throws -> KeySet { try await KeySet(TokenKey.set(entries)) }

    /// Why a token is refused; `nil` where it is taken.
    private func fault(_ keys: KeySet, _ token: String) throws -> TokenFault? {
        do throws(TokenFault) {
            try keys.verify(try SignedToken(token))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: TokenAlgorithm.allCases)
    func everyAlgorithmOfTheListIsVerified(_ algorithm: TokenAlgorithm) async throws {
        let key = try await TokenKey(algorithm)
        let keys = try await set([key.entry])
        let token = try key.token(Self.claims)
        #expect(try fault(keys, token) == nil)
        let parts = token.split(separator: ".").map(String.init)
        let other = try key.token(["sub": "otto"]).split(separator: ".")[1]
        #expect(try fault(keys, "\(parts[0]).\(other).\(parts[2])") == .signature)
        let signature = try #require(Base64URL.decode(parts[2]))
        for wrong in [[], [0], Array(signature.dropLast(3)), signature + [0, 0, 0]] {
            #expect(try fault(keys, "\(parts[0]).\(parts[1]).\(Base64URL.encode(wrong))") == .signature)
        }
    }

    @Test(arguments: [TokenAlgorithm.es256, .es384, .es512, .eddsa])
    func anotherKeyOfTheSameNameSignsNothing(_ algorithm: TokenAlgorithm) async throws {
        let keys = try await set([try await TokenKey(algorithm).entry])
        #expect(try fault(keys, try await TokenKey(algorithm).token(Self.claims)) == .signature)
    }

    @Test func aKeyIsForItsOwnAlgorithmAlone() async throws {
        let key = try await TokenKey(.rs256)
        let keys = try await set([key.entry])
        let other = try await key.signing(by: .ps256)
        #expect(try fault(keys, try other.token(Self.claims)) == .algorithm)
        #expect(try fault(keys, try other.token(Self.claims, header: ["alg": "RS256"])) == .signature)
        #expect(try fault(keys, try key.token(Self.claims, header: ["alg": "ES256"])) == .algorithm)
        #expect(try fault(keys, try key.token(Self.claims)) == nil)
    }

    /// jwt-kit's own collection would go on with the algorithm of the first token.
    @Test func aKeyWithoutAnAlgorithmIsForAllOfItsType() async throws {
        let key = try await TokenKey(.rs256)
        let keys = try await set([key.entry(changing: ["alg": nil])])
        for algorithm in [TokenAlgorithm.rs256, .ps512, .rs384, .ps256, .rs512, .ps384, .rs256] {
            let signer = try await key.signing(by: algorithm)
            #expect(try fault(keys, try signer.token(Self.claims)) == nil)
            let claimed = algorithm == .ps256 ? "RS256" : "PS256"
            #expect(try fault(keys, try signer.token(Self.claims, header: ["alg": .string(claimed)])) == .signature)
        }
        let curve = try await TokenKey(.es384)
        let alone = try await set([curve.entry(changing: ["alg": nil])])
        #expect(try fault(alone, try curve.token(Self.claims)) == nil)
        #expect(try fault(alone, try curve.token(Self.claims, header: ["alg": "ES256"])) == .algorithm)
    }

    @Test func amongSeveralATokenNamesItsKey() async throws {
        let first = try await TokenKey(.es256, id: "first")
        let second = try await TokenKey(.es256, id: "second")
        let keys = try await set([first.entry, second.entry])
        for key in [first, second] { #expect(try fault(keys, try key.token(Self.claims)) == nil) }
        #expect(try fault(keys, try first.token(Self.claims, header: ["kid": nil])) == .keyNotNamed)
        #expect(try fault(keys, try first.token(Self.claims, header: ["kid": "second"])) == .signature)
        // jwt-kit's own collection would take its first key.
        for id in ["third", "", "First", "first\u{0}"] {
            #expect(try fault(keys, try first.token(Self.claims, header: ["kid": .string(id)])) == .keyUnknown)
        }
    }

    @Test func keysOfDifferentTypesMayShareAName() async throws {
        let one = try await TokenKey(.es256, id: "same")
        let other = try await TokenKey(.eddsa, id: "same")
        let twin = try await TokenKey(.es256, id: "same")
        let keys = try await set([one.entry, other.entry, twin.entry])
        for key in [one, other, twin] { #expect(try fault(keys, try key.token(Self.claims)) == nil) }
    }

    @Test func ofOneKeyNothingNeedsToBeNamed() async throws {
        let key = try await TokenKey(.es256)
        #expect(try fault(try await set([key.entry]), try key.token(Self.claims, header: ["kid": nil])) == nil)
        let nameless = try await set([key.entry(changing: ["kid": nil])])
        #expect(try fault(nameless, try key.token(Self.claims, header: ["kid": nil])) == nil)
        #expect(try fault(nameless, try key.token(Self.claims)) == .keyUnknown)
    }

    @Test func whatCannotVerifyIsPassedOver() async throws {
        let key = try await TokenKey(.es256)
        let rsa = try await TokenKey(.rs256)
        let point = try #require(key.entry["x"])
        let useless: [JSONObject] = [
            [:], ["kty": "oct", "kid": "first", "k": "c2VjcmV0"], ["kty": "oct", "alg": "HS256", "k": "c2VjcmV0"],
            ["kty": 5, "kid": "first"], try TokenKey.short(), key.entry(changing: ["use": "enc"]),
            key.entry(changing: ["use": 1]), key.entry(changing: ["key_ops": ["encrypt"]]),
            key.entry(changing: ["kty": "RSA"]), key.entry(changing: ["alg": "RSA-OAEP"]),
            key.entry(changing: ["alg": "HS256"]), key.entry(changing: ["alg": "ES384"]),
            key.entry(changing: ["crv": "secp256k1"]), key.entry(changing: ["crv": "P-384", "alg": nil]),
            key.entry(changing: ["crv": nil]), key.entry(changing: ["y": point]), key.entry(changing: ["y": nil]),
            key.entry(changing: ["x": "not base64url!"]), key.entry(changing: ["kid": 7]),
            // Whose private half is public as well.
            key.entry(changing: ["d": point]), rsa.entry(changing: ["d": "AQAB"]), rsa.entry(changing: ["n": nil]),
            rsa.entry(changing: ["e": nil]), rsa.entry(changing: ["n": "AQAB"]),
        ]
        for entry in useless {
            await #expect(throws: KeySetFault.noKeys, "\(entry)") { try await set([entry]) }
        }
        let keys = try await set(useless + [key.entry(changing: ["key_ops": ["sign", "verify"], "use": nil])])
        #expect(keys.keys.count == 1)
        #expect(try fault(keys, try key.token(Self.claims)) == nil)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"keys":{}}"#, #"{"keys":"x"}"#, "<html></html>", #"{"keys":[}"#,
        String(repeating: "[", count: 100_000),
    ])
    func whatIsNoSetIsRefused(_ text: String) async {
        await #expect(throws: KeySetFault.malformed) { try await KeySet(Array(text.utf8)) }
    }

    @Test func oddElementsOfASetAreNoKeys() async {
        let text = #"{"keys":[null,1,"x",[],{"kty":null}]}"#
        await #expect(throws: KeySetFault.noKeys) { try await KeySet(Array(text.utf8)) }
    }
}
