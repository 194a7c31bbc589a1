import Integrations
import Tenancy
import Testing

@testable import Gateway

/// What a token has to say.
@Suite struct TokenRulesTests {
    private static let tenant = TenantID("0198c6f2-0000-7000-8000-000000000001")
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)
    private static let seconds = now.milliseconds / 1000
    private let rules = TokenRules(
        issuer: Provider.issuer, audience: Provider.audience, tenantClaim: Provider.tenantClaim)

    private func identity(_ changes: [String: JSONValue?]) throws(TokenFault) -> APIIdentity {
        let claims = Provider.claims(of: Self.tenant ?? .system, now: Self.now, changing: changes)
        let read = try TokenClaims(JSONValue.object(claims).encoded(), tenantClaim: Provider.tenantClaim)
        return try rules.identity(of: read, now: Self.now)
    }

    private func fault(_ changes: [String: JSONValue?]) -> TokenFault? {
        do throws(TokenFault) {
            _ = try identity(changes)
            return nil
        } catch {
            return error
        }
    }

    @Test func aTokenIsForOneTenant() throws {
        let tenant = try #require(Self.tenant)
        let anna = try identity([:])
        #expect(anna.caller == .token(issuer: Provider.issuer, subject: "anna"))
        #expect(anna.scope == .tenant(tenant) && anna.mayChange && anna.keyID == nil)
        #expect(anna.sees(tenant) && !anna.sees(.system))
        #expect(anna.actor.word == "token" && anna.actor.id == "\(Provider.issuer) anna")
        let reader = try identity(["scope": "read"])
        #expect(reader.scope == .tenant(tenant) && !reader.mayChange)
    }

    @Test(arguments: [
        "https://id.practice.example", "https://id.practice.example/ ", "HTTPS://ID.PRACTICE.EXAMPLE/", "",
        "https://id.practice.example/x", "https://id.practice.exämple/",
    ])
    func anotherIssuerIsRefused(_ issuer: String) {
        #expect(fault(["iss": .string(issuer)]) == .issuer)
    }

    /// Swift calls these equal.
    @Test func lettersThatOnlyLookAlikeAreOthers() throws {
        let rules = TokenRules(issuer: "https://caf\u{E9}.example", audience: "caf\u{E9}", tenantClaim: "t")
        func fault(_ issuer: String, _ audience: String) -> TokenFault? {
            let claims: JSONObject = ["iss": .string(issuer), "aud": .string(audience)]
            do throws(TokenFault) {
                let read = try TokenClaims(JSONValue.object(claims).encoded(), tenantClaim: "t")
                _ = try rules.identity(of: read, now: Self.now)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault("https://cafe\u{301}.example", "caf\u{E9}") == .issuer)
        #expect(fault("https://caf\u{E9}.example", "cafe\u{301}") == .audience)
        #expect(fault("https://caf\u{E9}.example", "caf\u{E9}") == .endless)
    }

    @Test func anAudienceIsOneOfThoseThatTheTokenIsFor() {
        #expect(fault(["aud": ["other", "clariva"]]) == nil)
        for wrong: JSONValue in ["other", "", [], ["other"], "clariva ", "clariva other", "Clariva"] {
            #expect(fault(["aud": wrong]) == .audience)
        }
        #expect(fault(["aud": nil]) == .audience)
        for odd: JSONValue in [5, ["clariva", 5], ["clariva": true], nil] { #expect(fault(["aud": odd]) == .malformed) }
    }

    @Test func aTokenEnds() {
        let leeway = Int64(TokenRules.leeway)
        #expect(fault(["exp": nil]) == .endless)
        #expect(fault(["exp": .integer(Self.seconds - leeway)]) == .expired)
        #expect(fault(["exp": .integer(Self.seconds - leeway + 1)]) == nil)
        #expect(fault(["exp": 0]) == .expired)
        for odd: JSONValue in ["1790000300", nil, true, 1e300, -1, .integer(.max), .integer(.min), [1_790_000_300]] {
            #expect(fault(["exp": odd]) == .malformed)
        }
        #expect(fault(["exp": .real(Double(Self.seconds) - 59.5)]) == nil)
    }

    @Test(arguments: ["nbf", "iat"])
    func aTokenBegins(_ claim: String) {
        let leeway = Int64(TokenRules.leeway)
        #expect(fault([claim: nil]) == nil)
        #expect(fault([claim: .integer(Self.seconds + leeway)]) == nil)
        #expect(fault([claim: .integer(Self.seconds + leeway + 1)]) == .early)
        #expect(fault([claim: "soon"]) == .malformed)
    }

    @Test func aTokenSaysWhomItWasIssuedTo() {
        for wrong: JSONValue? in [nil, "", "a\u{0}b", "a\nb", .string(String(repeating: "a", count: 256))] {
            #expect(fault(["sub": wrong]) == .subject)
        }
        #expect(fault(["sub": 5]) == .malformed)
        #expect(fault(["sub": .string(String(repeating: "a", count: 255))]) == nil)
    }

    @Test func aTokenWithoutATenantOpensNone() {
        let wrong: [JSONValue?] = [
            nil, "", "*", "all", "practice", .string(TenantID.system.description), "0198c6f2-0000-7000-8000",
        ]
        for wrong in wrong { #expect(fault([Provider.tenantClaim: wrong]) == .tenant) }
        for odd: JSONValue in [5, ["0198c6f2-0000-7000-8000-000000000001"], nil] {
            #expect(fault([Provider.tenantClaim: odd]) == .malformed)
        }
    }

    @Test func scopesAreWordsOfOneClaimOrTheOther() throws {
        for claims: [String: JSONValue?] in [
            ["scope": nil, "scp": ["openid", "admin"]], ["scope": nil, "scp": "openid admin"],
            ["scope": ["admin"]], ["scope": "read admin"], ["scope": "admin read"], ["scope": "read", "scp": "admin"],
        ] {
            #expect(try identity(claims).mayChange)
        }
        for claims: [String: JSONValue?] in [["scope": "read"], ["scope": nil, "scp": ["read"]]] {
            #expect(try !identity(claims).mayChange)
        }
        for scope: JSONValue? in [
            nil, "", "openid", "Admin", "admin:read", "administrator", "admin,read", "admin\u{0}", [], "readadmin",
        ] {
            #expect(fault(["scope": scope]) == .scope)
        }
        #expect(fault(["scope": true]) == .malformed)
    }

    @Test(arguments: ["", "null", "[]", "5", #""x""#, "{", #"{"iss":5}"#])
    func claimsOfAnotherShapeAreRefused(_ text: String) {
        #expect(throws: TokenFault.malformed) { try TokenClaims(Array(text.utf8), tenantClaim: "t") }
    }

    @Test func oneSubjectsTokensForTwoTenantsAreTwoOwnersOfIdempotencyKeys() throws {
        let other = try #require(TenantID("0198c6f2-0000-7000-8000-000000000002"))
        let anna = try identity([:])
        let elsewhere = try identity([Provider.tenantClaim: .string(other.description)])
        #expect(anna.caller == elsewhere.caller && anna.idempotencyOwner != elsewhere.idempotencyOwner)
        let otto = try identity(["sub": "otto"])
        #expect(otto.caller != anna.caller && otto.idempotencyOwner != anna.idempotencyOwner)
        #expect(APIIdentity(keyID: nil, scope: .admin).idempotencyOwner == "bootstrap")
    }
}
