import Cryptography
import Foundation
import Integrations
import TestSupport
import Testing

/// Whatever is posted to the webhook route: the service lives, forgeries are refused, and nothing signed is lost.
@Suite(.serialized, .hangLimit)
struct BadInputTests {
    static let body = Array(#"{"object":"instagram","entry":[{"id":"1","messaging":[{"message":{"mid":"m"}}]}]}"#.utf8)

    /// Everything that a forger may try, made from the right header value.
    private func forgeries(_ right: String) throws -> [(String, String?)] {
        let digits = right.dropFirst("sha256=".count)
        let flipped = (digits.last == "0" ? "1" : "0")
        return [
            ("missing", nil), ("empty", ""), ("only the scheme", "sha256="), ("truncated", String(right.dropLast())),
            ("cut to half", String(right.prefix(39))), ("too long", right + "00"),
            ("one digit wrong", right.dropLast() + flipped),
            ("without the scheme", String(digits)), ("another scheme", "sha1=" + digits),
            ("not hexadecimal", "sha256=" + String(repeating: "zz", count: 32)),
            ("all zero", "sha256=" + String(repeating: "0", count: 64)),
            ("of another body", try Clinic.signature(Self.body + [32])),
            ("foreign", try Clinic.signature(Self.body, secret: "somebody else's secret")),
            ("of the verify token", try Clinic.signature(Self.body, secret: Clinic.verifyToken)),
            ("two values", right.dropLast() + "0, " + right),
        ]
    }

    @Test func refusesEveryForgedSignatureAndKeepsNothingOfIt() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        for (name, signature) in try forgeries(try Clinic.signature(Self.body)) {
            let answer = try await clinic.webhook(Self.body, signature: signature)
            #expect(answer.status == 401, "a signature that is \(name) is answered \(answer.status)")
        }
        // Every byte of a signed body counts.
        let right = try Clinic.signature(Self.body)
        for index in stride(from: 0, to: Self.body.count, by: 7) {
            var changed = Self.body
            changed[index] ^= 1
            #expect(try await clinic.webhook(changed, signature: right).status == 401)
        }
        #expect(try await clinic.list("/v1/events").isEmpty)
        // Both apps' secrets sign, upper case too.
        for secret in [Clinic.instagramSecret, Clinic.facebookSecret] {
            let signature = try Clinic.signature(Self.body, secret: secret)
            #expect(try await clinic.webhook(Self.body, signature: signature).status == 200)
        }
        #expect(
            try await clinic.list("/v1/events").map { $0["app"]?.string }.sorted { $0 ?? "" < $1 ?? "" } == [
                "facebook", "instagram",
            ])
        #expect(process.isRunning)
    }

    @Test func refusesABodyOfFiveMebibytesAndTakesOneOfFour() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        func padded(_ count: Int) -> [UInt8] { Self.body + [UInt8](repeating: 32, count: count - Self.body.count) }
        let large = padded(5 << 20)
        #expect(try await clinic.webhook(large, signature: try Clinic.signature(large)).status == 413)
        let whole = padded(4 << 20)
        #expect(try await clinic.webhook(whole, signature: try Clinic.signature(whole)).status == 200)
        #expect(try await clinic.list("/v1/events").count == 1)
        #expect(process.isRunning)
    }

    /// One item inside an otherwise good body.
    private func body(_ account: String, _ item: some Sequence<UInt8>) -> [UInt8] {
        Array(#"{"object":"instagram","entry":[{"time":1,"id":"\#(account)","messaging":["#.utf8) + Array(item)
            + Array("]}]}".utf8)
    }

    private func oddBodies(_ account: String) -> [(String, [UInt8])] {
        let deep = 10_000
        func nest(_ open: String, _ inner: String, _ close: String) -> String {
            String(repeating: open, count: deep) + inner + String(repeating: close, count: deep)
        }
        let now = Int(Date().timeIntervalSince1970 * 1000)
        func message(_ fields: String) -> String {
            #"{"sender":{"id":"77"},"recipient":{"id":"\#(account)"},"timestamp":\#(now),"message":{\#(fields)}}"#
        }
        let texts: [(String, String)] = [
            ("no JSON", "hello"), ("cut off", #"{"object":"instagram","entry":[{"id":"1","messaging":[{"#),
            ("null", "null"), ("a number", "17"), ("an empty object", "{}"), ("an empty list", "[]"),
            ("entry is no list", #"{"object":"instagram","entry":7}"#),
            ("deep lists", nest("[", "", "]")), ("deep objects", nest(#"{"entry":"#, "1", "}")),
            ("unclosed lists", String(repeating: "[", count: 100_000)),
            ("a huge number alone", String(repeating: "9", count: 5000)),
        ]
        let items: [(String, String)] = [
            (
                "numbers for ids",
                #"{"sender":{"id":17841400000000077},"recipient":{"id":1},"timestamp":"x","message":{"mid":12345,"text":6}}"#
            ),
            (
                "huge integers",
                #"{"sender":{"id":"77"},"timestamp":99999999999999999999999999,"message":{"mid":"m2","text":"a"}}"#
            ),
            ("reals beyond range", #"{"sender":{"id":"77"},"timestamp":1e999,"message":{"mid":"m3","text":"a"}}"#),
            (
                "negative time",
                #"{"sender":{"id":"77"},"timestamp":-9223372036854775808,"message":{"mid":"m4","text":"a"}}"#
            ),
            (
                "greatest time",
                #"{"sender":{"id":"77"},"timestamp":9223372036854775807,"message":{"mid":"m5","text":"a"}}"#
            ),
            ("a lone surrogate", message(#""mid":"m6","text":"cut \ud83d""#)),
            ("a NUL in a text", message(#""mid":"m7","text":"a\u0000b""#)),
            ("a NUL in a mid", message(#""mid":"m\u00008","text":"a""#)),
            ("a mid of 9 kB", message(#""mid":"\#(String(repeating: "x", count: 9000))","text":"a""#)),
            ("an empty mid", message(#""mid":"","text":"a""#)),
            ("a text of 1 MB", message(#""mid":"m9","text":"\#(String(repeating: "ä", count: 500_000))""#)),
            ("deep inside an item", nest("[", "", "]")),
            ("lists for objects", #"{"sender":[],"recipient":[],"message":[],"message_edit":[]}"#),
            ("null for everything", #"{"sender":null,"recipient":null,"timestamp":null,"message":null}"#),
            (
                "members twice",
                #"{"sender":{"id":"1"},"sender":{"id":"2"},"message":{"mid":"m10"},"message":{"mid":"m11"}}"#
            ),
            ("an edit that counts backwards", #"{"timestamp":1,"message_edit":{"mid":"m12","num_edit":-5}}"#),
            (
                "a sender that is no number",
                #"{"sender":{"id":"'; DROP TABLE events --"},"timestamp":\#(now),"message":{"mid":"m13","text":"a"}}"#
            ),
            ("an item that is a text", #""text""#), ("an item that is null", "null"),
        ]
        let raw: [(String, [UInt8])] = [
            ("bytes that are no text", [0xFF, 0xFE, 0x00, 0xC3]),
            ("a byte order mark", [0xEF, 0xBB, 0xBF] + Self.body),
            (
                "invalid UTF-8 in a text",
                body(
                    account,
                    Array(#"{"sender":{"id":"77"},"message":{"mid":"m14","text":""#.utf8) + [0xC3, 0x28]
                        + Array("\"}}".utf8))
            ),
            ("invalid UTF-8 in a key", body(account, Array("{\"".utf8) + [0xED, 0xA0, 0x80] + Array("\":1}".utf8))),
        ]
        return texts.map { ($0, Array($1.utf8)) } + items.map { ($0, body(account, $1.utf8)) } + raw
    }

    @Test func keepsWhateverIsSignedAndGoesOnAnswering() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        let doctor = try await clinic.connect("dr_hostile", flow: "instagram_login")
        var count = try await clinic.list("/v1/events").count
        for (name, body) in oddBodies(doctor.pageID) {
            let answer = try await clinic.webhook(body, signature: try Clinic.signature(body))
            #expect(answer.status == 200, "\(name) is answered \(answer.status)")
            let now = try await clinic.list("/v1/events").count
            #expect(now == count + 1, "\(name) left \(now - count) events")
            count = now
        }
        // Nothing at all is taken as well; there is nothing of it to keep.
        #expect(try await clinic.webhook([], signature: try Clinic.signature([])).status == 200)
        #expect(try await clinic.service.send(.get, "/healthz").status == 200)
        // Behind all of it a patient is still answered.
        try await clinic.sandbox.post("messages", ["account": "dr_hostile", "person": "anna", "text": "Guten Tag"])
        let sends = try await clinic.sandbox.get("sends?account=dr_hostile&person=anna&at_least=1&timeout_ms=15000")
        #expect(sends["data"]?.array?.count == 1)
        // Nothing hangs and nothing failed: each odd event has an end and a reason. What has a mid and no usable sender
        // may wait for evidence.
        try await poll("an end of every event") { () -> Void? in
            try await clinic.list("/v1/events?state=received").isEmpty ? () : nil
        }
        for event in try await clinic.list("/v1/events") {
            #expect(event["state"]?.string != "failed")
            #expect(event["reason"]?.string != nil)
        }
        #expect(try await clinic.list("/v1/events?reason=unrecognised").count > 10)
        #expect(process.isRunning)
        process.signal(SIGTERM)
        #expect(try await process.exitStatus() == 0)
    }

    @Test func aSignedDeliveryOfNothingIsKept() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        for body in [[], [], Array("  ".utf8)] as [[UInt8]] {
            #expect(try await clinic.webhook(body, signature: try Clinic.signature(body)).status == 200)
        }
        // The second one is the first one once more.
        let events = try await poll("their end") { () -> [JSONValue]? in
            let events = try await clinic.list("/v1/events?reason=unrecognised")
            return events.count == 2 ? events : nil
        }
        #expect(events.allSatisfy { $0["kind"]?.string == "other" && $0["state"]?.string == "done" })
        #expect(process.isRunning)
    }

    @Test func shakesHandsWithTheRightTokenAlone() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        func ask(_ query: String) async throws -> (Int, String) {
            let answer = try await clinic.service.send(.get, "/webhooks/meta?\(query)")
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        let right = try await ask("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=\(Clinic.verifyToken)")
        #expect(right == (200, "1158201444"))
        for query in [
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong",
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=",
            "hub.mode=subscribe&hub.challenge=1158201444",
            "hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token=\(Clinic.verifyToken)",
            "hub.mode=subscribe&hub.verify_token=\(Clinic.verifyToken)", "",
        ] {
            let (status, text) = try await ask(query)
            #expect(status == 403)
            #expect(!text.contains("1158201444") && !text.contains(Clinic.verifyToken))
        }
        #expect(process.isRunning)
    }
}
