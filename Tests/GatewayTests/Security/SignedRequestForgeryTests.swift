import Cryptography
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// `signed_request` as a forger would send it to the routes; `CallbackTests` has what Meta sends.
@Suite(.hangLimit) struct SignedRequestForgeryTests {
    private static let paths = ["/meta/deauthorize", "/meta/data-deletion"]

    private func code(_ text: String, _ secret: String) throws -> String {
        Base64URL.encode(try HMACKey(utf8: secret).authenticate(Array(text.utf8)))
    }

    private func post(_ world: ConnectWorld, _ path: String, _ form: String, type: String? = nil) async throws -> Int {
        try await world.client.send(
            HTTPRequest(
                .post, world.base + path,
                headers: [(name: "Content-Type", value: type ?? "application/x-www-form-urlencoded")],
                body: Array(form.utf8), isIdempotent: false)
        ).status
    }

    @Test func whatIsNotSignedByMetaChangesNothing() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let before = try await world.connections(tenant)
        let person = try #require(before.first?.appUserID)
        let secret = SandboxConfiguration().instagramApp.secret
        func payload(_ user: JSONValue, _ algorithm: JSONValue = "HMAC-SHA256") -> String {
            Base64URL.encode(JSONValue.object(["algorithm": algorithm, "user_id": user]).encoded())
        }
        func signed(_ text: String) throws -> String { "\(try code(text, secret)).\(text)" }
        let own = payload(.string(person))
        let other = payload("4711")
        let json = String(decoding: Base64URL.decode(own) ?? [], as: UTF8.self)
        let good = try code(own, secret)
        let none = Base64URL.encode([UInt8](repeating: 0, count: 32))
        let forgeries: [(what: String, value: String)] = [
            ("without a signature", ".\(own)"), ("of zeros", "\(none).\(own)"),
            ("of another payload", "\(try code(other, secret)).\(own)"),
            ("over the decoded payload", "\(try code(json, secret)).\(own)"),
            ("with another secret", "\(try code(own, "x")).\(own)"),
            ("with the secret's half", "\(try code(own, String(secret.dropLast()))).\(own)"),
            ("with the app's id", "\(try code(own, SandboxConfiguration().instagramApp.id)).\(own)"),
            ("with the verify token", "\(try code(own, "verify")).\(own)"),
            ("cut", "\(good.dropLast(2)).\(own)"), ("with more behind it", "\(good)AA.\(own)"),
            ("with three parts", "\(good).\(own).\(own)"), ("the other way round", "\(own).\(good)"),
            ("with padding", "\(good)=.\(own)"), ("in upper case", "\(good.uppercased()).\(own)"),
            ("with a space", "\(good).\(own)%20"),
            ("without an algorithm", try signed(payload(.string(person), .null))),
            ("by no algorithm", try signed(payload(.string(person), "none"))),
            ("by a list of them", try signed(payload(.string(person), ["HMAC-SHA256"]))),
            ("in lower case", try signed(payload(.string(person), "hmac-sha256"))),
            ("for a list of users", try signed(payload([.string(person)]))),
            ("for an object", try signed(payload(["id": .string(person)]))),
            ("for everybody", try signed(payload("*"))), ("for nobody", try signed(payload(.null))),
            ("for a user with a line end", try signed(payload(.string("\(person)\n")))),
            ("of a list", try signed(Base64URL.encode(Array(#"["HMAC-SHA256"]"#.utf8)))),
            ("of a text", try signed(Base64URL.encode(Array("x".utf8)))),
        ]
        for path in Self.paths {
            for (what, value) in forgeries {
                let status = try await post(world, path, "signed_request=\(value)")
                #expect(status == 400 || status == 401, "\(path) \(what)")
            }
            // Signed, and in another place.
            let right = "\(good).\(own)"
            #expect(try await post(world, "\(path)?signed_request=\(right)", "") == 400)
            #expect(try await post(world, path, "signedRequest=\(right)") == 400)
            #expect(try await post(world, path, "signed_request[]=\(right)") == 400)
            #expect(
                try await post(world, path, #"{"signed_request":"\#(right)"}"#, type: "application/json") == 400)
            let asked = try await Browser(world).get("\(path)?signed_request=\(right)")
            #expect(asked.status == 405)
        }
        #expect(try await world.connections(tenant) == before)
        #expect(!world.log.text.contains(person) && !world.log.text.contains(good))
        // The positive control.
        #expect(try await post(world, Self.paths[0], "signed_request=\(good).\(own)") == 200)
        #expect(try await world.connections(tenant).map(\.reason) == [.deauthorized])
        await world.end()
    }
}
