import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// A test message goes to somebody who has written, on the way of every reply, and to nobody else.
@Suite(.everyEngine, .serialized, .hangLimit) struct TestMessageTests {
    private static let text = "Is anybody there?"

    private func path(_ practice: PracticeWorld.Practice) -> String {
        "/tenants/\(practice.tenant)/connections/\(practice.connection)/test-message"
    }

    private func body(_ recipient: String?) -> JSONValue {
        ["recipient_id": .string(recipient ?? ""), "text": .string(Self.text)]
    }

    private func tests(_ world: PracticeWorld) -> [AcceptedSend] {
        world.sandbox.sends().filter { $0.text == Self.text }
    }

    private func rows(_ world: PracticeWorld) async throws -> [String] {
        var all: [String] = []
        for table in ["replies", "patients", "addresses", "conversations", "audit_log", "connections"] {
            all += try await world.sql("SELECT * FROM \(table) ORDER BY id").map { String(reflecting: $0) }
        }
        return all
    }

    /// Refused with this status, and with words that say what to do; nothing has changed.
    private func refuse(
        _ world: PracticeWorld, _ practice: PracticeWorld.Practice, _ desk: AdminDesk, _ recipient: String?,
        _ status: Int, _ words: String, location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await rows(world)
        let answer = try await desk.call(.post, path(practice), body(recipient))
        #expect(answer.status == status, sourceLocation: location)
        let said = (answer.json["detail"]?.string ?? "") + (answer.json["errors"]?[0]?["message"]?.string ?? "")
        #expect(said.contains(words), "\(said)", sourceLocation: location)
        if status == 422 {
            #expect(answer.json["errors"]?[0]?["field"]?.string == "recipient_id", sourceLocation: location)
        }
        #expect(try await rows(world) == before, sourceLocation: location)
    }

    @Test func somebodyWhoWroteIsWrittenToOnce() async throws {
        try await AdminDesk.open { world, practice, desk in
            let written = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let anna = try #require(written.senders[.instagramLogin])
            var replies: [String?] = []
            for replayed in [false, true] {
                let answer = try await desk.call(.post, path(practice), body(anna), once: "first")
                #expect(answer.status == 202 && answer.isReplayed == replayed)
                #expect(answer.json["state"]?.string == "queued" && answer.json["text"]?.string == Self.text)
                replies.append(answer.json["id"]?.string)
                try await world.settle()
            }
            #expect(Set(replies).count == 1)
            #expect(tests(world).map(\.person) == ["anna"])
            #expect(try await world.replies(practice).map(\.state) == [.sent, .sent])
            let noted = try await desk.call(.get, "/audit-log?action=connection.test_message")
            #expect(noted.json["data"]?.array?.count == 1)
            #expect(noted.json["data"]?[0]?["target_id"]?.string == practice.connection.description)
            #expect(noted.json["data"]?[0]?["detail"]?["reply"]?.string == replies.first ?? nil)
            // Another request is another message.
            #expect(try await desk.call(.post, path(practice), body(anna), once: "second").status == 202)
            try await world.settle()
            #expect(tests(world).count == 2)
            #expect(!world.log.text.contains(anna) && !world.log.text.contains(Self.text))
        }
    }

    @Test func whomOnlyMetaShowsIsWrittenToAndKnownFromThenOn() async throws {
        try await AdminDesk.open { world, practice, desk in
            let written = try world.writeUnheard("hello", from: "bert", to: practice)
            let bert = try #require(written.senders[.instagramLogin])
            try await world.settle()
            #expect(try await world.conversations(of: practice).isEmpty)
            #expect(try await desk.call(.post, path(practice), body(bert)).status == 202)
            try await world.settle()
            #expect(tests(world).map(\.person) == ["bert"])
            #expect(try await world.conversations(of: practice).count == 1)
            // Their next message is the same conversation's.
            try world.sandbox.write(SandboxContent(text: "yes"), from: "bert", to: "dr_lind")
            try await world.settle()
            #expect(try await world.conversations(of: practice).count == 1)
        }
    }

    @Test func whoNeverWroteIsNotWrittenTo() async throws {
        try await AdminDesk.open { world, practice, desk in
            let other = try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
            let elsewhere = try world.sandbox.write(SandboxContent(text: "hello"), from: "cleo", to: "dr_moreau")
            try await world.settle()
            try await refuse(world, practice, desk, "17849990000000001", 422, "has not written")
            try await refuse(world, practice, desk, elsewhere.senders[.instagramLogin], 422, "has not written")
            for id in [practice.account.id, practice.account.appScopedID, other.account.id, "12334", "anna"] {
                try await refuse(world, practice, desk, id, 422, "no id of a person")
            }
            let empty = try await desk.call(.post, path(practice), body(""))
            #expect(empty.status == 422)
            #expect(try await desk.call(.post, path(practice), ["text": "x"]).status == 422)
            #expect(tests(world).isEmpty)
        }
    }

    @Test func afterTheWindowNobodyIsWrittenToUntilTheyWriteAgain() async throws {
        try await AdminDesk.open { world, practice, desk in
            let anna = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
                .senders[.instagramLogin]
            try await world.pass(seconds: world.settings.messagingWindow + 1)
            try await refuse(world, practice, desk, anna, 409, "messaging window")
            // Webhooks may not come: what Meta shows counts as well.
            _ = try world.writeUnheard("again", from: "anna", to: practice)
            #expect(try await desk.call(.post, path(practice), body(anna)).status == 202)
            try await world.settle()
            #expect(tests(world).map(\.person) == ["anna"])
        }
    }

    @Test func whatStandsInTheWayIsNamedWithItsCure() async throws {
        try await AdminDesk.open { world, practice, desk in
            let anna = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
                .senders[.instagramLogin]
            try await world.settle()
            world.sandbox.switchOn(FaultRule(.serverError, operation: "conversations"))
            try await refuse(world, practice, desk, "17849990000000001", 409, "try again")
            world.sandbox.switchOff()
            let switches = "/tenants/\(practice.tenant)/switches"
            _ = try await desk.call(.put, switches, ["sending": false, "connecting": true, "processing": true])
            try await refuse(world, practice, desk, anna, 409, "switched off")
            _ = try await desk.call(.put, switches, ["sending": true, "connecting": true, "processing": true])
            let now = world.clock.now
            try await world.store.write(practice.tenant) { rows in
                _ = try rows.setState(of: practice.connection, to: .reconnectRequired, reason: .tokenDead, now: now)
            }
            try await refuse(world, practice, desk, anna, 409, "/reconnect")
            try await world.store.write(practice.tenant) { rows in
                _ = try rows.setState(of: practice.connection, to: .disconnected, reason: .requested, now: now)
            }
            try await refuse(world, practice, desk, anna, 409, "connect link")
            let unknown = "/tenants/\(practice.tenant)/connections/\(practice.tenant)/test-message"
            #expect(try await desk.call(.post, unknown, body(anna)).status == 404)
            #expect(tests(world).isEmpty)
        }
    }
}
