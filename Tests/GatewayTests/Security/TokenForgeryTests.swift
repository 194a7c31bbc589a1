import Crypto
import CryptoExtras
import Cryptography
import Integrations
import JWTKit
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Tokens that nobody may be let in with, over real HTTP.
@Suite(.hangLimit) struct TokenForgeryTests {
    /// Signs with HMAC as though the bytes were a secret; jwt-kit itself takes no short ones.
    private func hmac(_ secret: [UInt8], _ name: String, _ claims: JSONObject) throws -> String {
        let key = SymmetricKey(data: secret)
        return try TokenKey.token(header: ["alg": .string(name), "typ": "JWT", "kid": "first"], claims: claims) {
            switch name {
            case "HS512": [UInt8](HMAC<Crypto.SHA512>.authenticationCode(for: $0, using: key))
            case "HS384": [UInt8](HMAC<Crypto.SHA384>.authenticationCode(for: $0, using: key))
            default: [UInt8](HMAC<Crypto.SHA256>.authenticationCode(for: $0, using: key))
            }
        }
    }

    private func refuse(_ desks: TokenDesk, _ forgeries: [(String, String)]) async throws {
        let path = "/tenants/\(desks.lind.tenant)"
        for (what, token) in forgeries {
            let answer = try await desks.desk.call(.get, path, bearer: token)
            #expect(answer.status == 401, "\(what)")
            #expect(answer.challenge?.hasPrefix("Bearer") == true, "\(what)")
            let link = try await desks.desk.call(.post, "\(path)/connect-links", [:], bearer: token)
            #expect(link.status == 401, "\(what)")
            #expect(!desks.world.log.text.contains(token) || token.isEmpty, "\(what)")
        }
        // And the right one opens.
        #expect(try await desks.desk.call(.get, path, bearer: try desks.token(for: desks.lind)).status == 200)
    }

    @Test func aTokenThatNobodySigned() async throws {
        try await TokenDesk.open { desks in
            let claims = Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now)
            var forgeries: [(String, String)] = []
            for name in ["none", "None", "NONE", "nOnE", ""] {
                for header: JSONObject in [
                    ["alg": .string(name)], ["alg": .string(name), "typ": "JWT", "kid": "first"],
                ] {
                    forgeries.append((name, try TokenKey.token(header: header, claims: claims) { _ in [] }))
                }
                let signed = try desks.key.token(claims, header: ["alg": .string(name)])
                forgeries.append(("\(name), signed", signed))
            }
            let good = try desks.key.token(claims)
            let parts = good.split(separator: ".").map(String.init)
            forgeries += [
                ("no algorithm", try TokenKey.token(header: ["typ": "JWT"], claims: claims) { _ in [] }),
                ("the signature left out", "\(parts[0]).\(parts[1])."), ("two parts", "\(parts[0]).\(parts[1])"),
                ("four parts", good + "."), ("a part before", "." + good), ("twice", "\(good).\(good)"),
            ]
            try await refuse(desks, forgeries)
        }
    }

    @Test func aTokenOfAWrongKey() async throws {
        try await TokenDesk.open { desks in
            let claims = Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now)
            let twin = try await TokenKey()
            let other = try await TokenKey(id: "other")
            let rsa = try await TokenKey(.rs256)
            let own = twin.entry(changing: ["d": nil])
            try await refuse(
                desks,
                [
                    ("another key of that name", try twin.token(claims)),
                    ("another key of another name", try other.token(claims)),
                    ("another key without a name", try twin.token(claims, header: ["kid": nil])),
                    ("a key of another type", try rsa.token(claims)),
                    ("a key of another type that claims to be right", try rsa.token(claims, header: ["alg": "ES256"])),
                    ("a key in the header", try twin.token(claims, header: ["jwk": .object(own)])),
                    (
                        "a key's address in the header",
                        try twin.token(
                            claims, header: ["jku": .string(desks.server.url), "x5u": "https://evil.example/"])
                    ),
                ])
            #expect(desks.server.count == 1)
        }
    }

    @Test func aPublishedKeyIsNoSecret() async throws {
        try await TokenDesk.open { desks in
            let claims = Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now)
            let rsa = try await TokenKey(.rs256, id: "rsa")
            desks.server.publish([desks.key.entry, rsa.entry, ["kty": "oct", "kid": "first", "k": "c2VjcmV0"]])
            var forgeries: [(String, String)] = []
            let modulus = try #require(rsa.entry["n"]?.string)
            let publicKey = try Insecure.RSA.PublicKey(modulus: modulus, exponent: "AQAB")
            let secrets: [(String, [UInt8])] = [
                ("the modulus", Base64URL.decode(modulus) ?? []), ("the modulus as text", Array(modulus.utf8)),
                ("the PEM", Array(publicKey.pemRepresentation.utf8)),
                ("the PEM with a line end", Array((publicKey.pemRepresentation + "\n").utf8)),
                ("the DER", [UInt8](publicKey.derRepresentation)), ("the set", TokenKey.set([rsa.entry])),
                ("the entry", JSONValue.object(rsa.entry).encoded()),
                ("the curve's point", Base64URL.decode(desks.key.entry["x"]?.string ?? "") ?? []),
                ("the shared key", Array("secret".utf8)), ("nothing", []),
            ]
            for (what, secret) in secrets {
                for name in ["HS256", "HS384", "HS512"] {
                    forgeries.append(("\(name) with \(what)", try hmac(secret, name, claims)))
                }
                // Says that it is one of the good ones.
                let disguised = try hmac(secret, "HS256", claims).split(separator: ".")
                for name in ["RS256", "ES256"] {
                    let header = JSONValue.object(["alg": .string(name), "kid": name == "RS256" ? "rsa" : "first"])
                    let text = Base64URL.encode(header.encoded())
                    forgeries.append(("\(what) as \(name)", "\(text).\(disguised[1]).\(disguised[2])"))
                }
            }
            try await refuse(desks, forgeries)
        }
    }

    @Test func aKeyIsNotTakenForAnother() async throws {
        try await TokenDesk.open { desks in
            let claims = Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now)
            let second = try await TokenKey(.es256, id: "second")
            desks.server.publish([desks.key.entry, second.entry])
            let ids: [JSONValue] = [
                "second", "", "third", "FIRST", "first ", "../first", "/dev/null", "first\u{0}", "' OR 1=1 --",
                "https://evil.example/keys", .string(String(repeating: "a", count: 5000)), 1, true, ["first"],
                ["first": "second"],
            ]
            var forgeries = try ids.map { ("kid \($0)", try desks.key.token(claims, header: ["kid": $0])) }
            forgeries.append(("no kid", try desks.key.token(claims, header: ["kid": nil])))
            forgeries.append(("the second as the first", try second.token(claims, header: ["kid": "first"])))
            try await refuse(desks, forgeries)
            let good = try await desks.desk.call(.get, "/tenants", bearer: try desks.token(for: desks.lind, by: second))
            #expect(good.status == 200)
        }
    }

    @Test func aTokenThatSaysTheWrongThing() async throws {
        try await TokenDesk.open { desks in
            let now = desks.world.clock.now.milliseconds / 1000
            let changes: [(String, [String: JSONValue?])] = [
                ("another issuer", ["iss": "https://evil.example/"]), ("no issuer", ["iss": nil]),
                ("a part of the issuer", ["iss": "https://id.practice.example"]),
                ("several issuers", ["iss": [.string(Provider.issuer)]]),
                ("another audience", ["aud": "somebody-else"]), ("no audience", ["aud": nil]),
                ("other audiences", ["aud": ["a", "b"]]), ("a longer audience", ["aud": "clariva-test"]),
                ("ended", ["exp": .integer(now - 60)]), ("ended long ago", ["exp": 1]), ("no end", ["exp": nil]),
                ("an end that is no number", ["exp": "never"]), ("an end beyond all times", ["exp": 1e300]),
                ("not yet", ["nbf": .integer(now + 61)]), ("of tomorrow", ["iat": .integer(now + 86_400)]),
                ("nobody's", ["sub": nil]), ("of no tenant", [Provider.tenantClaim: nil]),
                ("of all tenants", [Provider.tenantClaim: "*"]),
                ("of the system tenant", [Provider.tenantClaim: .string(TenantID.system.description)]),
                ("of two tenants", [Provider.tenantClaim: [.string(desks.lind.tenant.description)]]),
                (
                    "the tenant under another name",
                    [Provider.tenantClaim: nil, "tenant_id": .string("\(desks.lind.tenant)")]
                ),
            ]
            let forgeries = try changes.map { what, changes in
                (
                    what,
                    try desks.key.token(
                        Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now, changing: changes))
                )
            }
            try await refuse(desks, forgeries)
            for (_, token) in forgeries {
                let answer = try await desks.desk.call(.get, "/tenants", bearer: token)
                #expect(answer.challenge == #"Bearer error="invalid_token""#)
            }
        }
    }

    @Test func whatEndedWithinTheLastMinuteIsStillGood() async throws {
        try await TokenDesk.open { desks in
            let token = try desks.token(for: desks.lind)
            for (seconds, status) in [(359, 200), (1, 401)] {
                desks.world.clock.advance(to: desks.world.clock.now.adding(seconds: seconds))
                #expect(try await desks.desk.call(.get, "/tenants", bearer: token).status == status)
            }
        }
    }

    /// A header that jwt-kit's own reading would end the process with.
    @Test func numbersBeyondMeasureAreSurvived() async throws {
        try await TokenDesk.open { desks in
            let claims = Provider.claims(of: desks.lind.tenant, now: desks.world.clock.now)
            for number: JSONValue in [.real(1e300), .real(-1e300), .integer(.max), .integer(.min)] {
                _ = try await desks.desk.call(
                    .get, "/tenants", bearer: try desks.key.token(claims, header: ["x": number]))
                let forged = try TokenKey.token(header: ["alg": "ES256", "x": number], claims: claims) { _ in [1] }
                #expect(try await desks.desk.call(.get, "/tenants", bearer: forged).status == 401)
            }
            #expect(try await desks.desk.call(.get, "/tenants").status == 200)
        }
    }
}
