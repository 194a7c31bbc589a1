import Integrations
import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What is switched off waits, and goes on when it is on again.
@Suite(.everyEngine, .serialized, .hangLimit) struct SwitchStories {
    private static let allOn: JSONValue = ["sending": true, "connecting": true, "processing": true]

    @Test(arguments: [true, false]) func eventsWaitWhileProcessingIsOff(isOfTheService: Bool) async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = isOfTheService ? "/switches" : "/tenants/\(practice.tenant)/switches"
            let off: JSONValue = ["sending": true, "connecting": true, "processing": false]
            #expect(try await desk.call(.put, path, off).status == 200)
            for person in ["anna", "bert"] {
                try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
            }
            try await world.settle()
            let parked = try await world.events(of: practice)
            #expect(parked.map(\.reason) == [.processingPaused, .processingPaused])
            #expect(parked.allSatisfy { $0.state == .parked } && world.sandbox.sends().isEmpty)
            #expect(try await desk.call(.put, path, Self.allOn).status == 200)
            try await world.settle()
            #expect(Set(world.sandbox.sends().map(\.person)) == ["anna", "bert"])
            #expect(try await world.events(of: practice).filter { $0.state == .parked }.isEmpty)
        }
    }

    @Test(arguments: [true, false]) func repliesWaitWhileSendingIsOff(isOfTheService: Bool) async throws {
        try await AdminDesk.open { world, practice, desk in
            let other = try await world.addPractice(
                "dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
            let path = isOfTheService ? "/switches" : "/tenants/\(practice.tenant)/switches"
            let off: JSONValue = ["sending": false, "connecting": true, "processing": true]
            #expect(try await desk.call(.put, path, off).status == 200)
            for account in ["dr_lind", "dr_moreau"] {
                try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: account)
            }
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.queued])
            // What one practice has switched off concerns no other.
            #expect(try await world.replies(other).map(\.state) == [isOfTheService ? .queued : .sent])
            #expect(try await desk.call(.put, path, Self.allOn).status == 200)
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.sent])
            #expect(world.sandbox.sends().count == 2)
        }
    }

    @Test func anotherProcessNoticesWithItsNextLook() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin)
        let table = SwitchTable(store: try world.store)
        #expect(try await table.reload())
        #expect(try await !table.reload())
        #expect(table.switches(for: practice.tenant) == Switches())
        try await world.store.setSwitches(
            Switches(sending: false), of: practice.tenant, by: .service, now: world.clock.now)
        try await world.store.setSwitches(
            Switches(connecting: false), of: .system, by: .service, now: world.clock.now)
        #expect(try await table.reload())
        #expect(table.switches(for: practice.tenant) == Switches(sending: false, connecting: false))
        #expect(table.switches(for: try world.store.makeID(now: world.clock.now)) == Switches(connecting: false))
        await world.end()
    }

    @Test func whoeverSetsThemHasSeenThem() async throws {
        try await AdminDesk.open { _, practice, desk in
            let path = "/tenants/\(practice.tenant)/switches"
            let first = try await desk.call(.get, path)
            #expect(first.json == Self.allOn && first.etag == "\"0\"")
            let off: JSONValue = ["sending": false, "connecting": true, "processing": false]
            #expect(try await desk.call(.put, path, off, ifMatch: "\"0\"").etag == "\"1\"")
            #expect(try await desk.call(.put, path, Self.allOn, ifMatch: "\"0\"").status == 412)
            #expect(try await desk.call(.get, path).json == off)
            #expect(try await desk.call(.put, path, ["sending": true]).status == 422)
            let unknown = "/tenants/0198c6f2-0000-7000-8000-000000000000/switches"
            #expect(try await desk.call(.get, unknown).status == 404)
            #expect(try await desk.call(.put, unknown, off).status == 404)
            // The service's are others.
            #expect(try await desk.call(.get, "/switches").json == Self.allOn)
            let noted = try await desk.call(.get, "/audit-log?action=switches.change")
            #expect(noted.json["data"]?.array?.count == 1)
            #expect(noted.json["data"]?[0]?["detail"] == ["off": ["processing", "sending"]])
        }
    }
}
