import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What people change through the admin API, and what the pipeline makes of it.
@Suite(.everyEngine, .serialized, .hangLimit) struct AdminStories {
    private static let unknown = "0198c6f2-0000-7000-8000-000000000000"

    @Test func whoeverComesLateWithAnOldRevisionChangesNothing() async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = "/tenants/\(practice.tenant)/reply-rules"
            let shown = try await desk.call(.get, path)
            let first = try #require(shown.etag)
            func rules(_ text: String) -> JSONValue {
                ["rules": [["name": "any", "match": ["any": true], "text": .string(text)]]]
            }
            let changed = try await desk.call(.put, path, rules("First."), ifMatch: first)
            #expect(changed.status == 200)
            #expect(changed.etag != first)
            for (tag, status) in [(first, 412), ("\"nonsense\"", 412), ("*", 200)] {
                #expect(try await desk.call(.put, path, rules("Second."), ifMatch: tag).status == status)
            }
            #expect(try await desk.call(.put, path, rules(""), ifMatch: "*").status == 422)
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(world.sandbox.sends().map(\.text) == ["Second."])
        }
    }

    @Test func aNewFlowIsChosenAndTheOldOneAnswersOn() async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = "/tenants/\(practice.tenant)/flow"
            let etag = try #require(try await desk.call(.get, "/tenants/\(practice.tenant)").etag)
            #expect(try await desk.call(.put, path, ["flow": "carrier_pigeon"]).status == 422)
            let chosen = try await desk.call(.put, path, ["flow": "facebook_page"], ifMatch: etag)
            #expect(chosen.status == 202)
            #expect(chosen.json["flow"]?.string == "instagram_login")
            #expect(chosen.json["pending_flow"]?.string == "facebook_page")
            #expect(chosen.json["connect_link"]?["url"]?.string?.contains("/connect/") == true)
            #expect(try await desk.call(.put, path, ["flow": "facebook_page"], ifMatch: etag).status == 412)
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(world.sandbox.sends().map(\.flow) == [.instagramLogin])
            // Back to the one in use: nothing is pending any more.
            let back = try await desk.call(.put, path, ["flow": "instagram_login"])
            #expect(back.json["pending_flow"] == .null && back.json["connect_link"] == .null)
        }
    }

    @Test func aDeadConnectionGetsALinkToBeConnectedAgain() async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = "/tenants/\(practice.tenant)/connections/\(practice.connection)"
            _ = try world.sandbox.killToken(account: "dr_lind")
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let shown = try await desk.call(.get, path)
            #expect(shown.json["state"]?.string == "reconnect_required")
            #expect(!shown.json.text().contains(world.tokens.withLock { $0.last ?? "" }))
            let link = try await desk.call(.post, "\(path)/reconnect")
            #expect(link.status == 201)
            #expect(link.json["purpose"]?.string == "reconnect")
            #expect(link.json["flow"]?.string == "instagram_login")
            let unknown = "/tenants/\(practice.tenant)/connections/\(Self.unknown)/reconnect"
            #expect(try await desk.call(.post, unknown).status == 404)
            #expect(try await desk.call(.delete, path).status == 204)
            #expect(try await desk.call(.post, "\(path)/reconnect").status == 409)
        }
    }

    @Test func parkedEventsAreReplayedOneByOneAndByFilter() async throws {
        try await AdminDesk.open { world, practice, desk in
            for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
                world.sandbox.switchOn(FaultRule(fault))
            }
            for person in ["anna", "bert", "cleo"] {
                try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
                try await world.pass(seconds: 9)
            }
            world.sandbox.switchOff()
            let filter = "tenant_id=\(practice.tenant)&state=parked&reason=sender_unresolved"
            let parked = try await desk.call(.get, "/events?\(filter)").json["data"]?.array ?? []
            #expect(parked.count == 3)
            let first = try #require(parked.last?["id"]?.string)
            #expect(try await desk.call(.post, "/events/\(first)/replay").status == 202)
            try await world.settle()
            #expect(world.sandbox.sends().map(\.person) == ["anna"])
            #expect(try await desk.call(.get, "/events/\(first)").json["reason"]?.string == "replied")
            #expect(try await desk.call(.post, "/events/\(first)/replay").status == 409)
            #expect(try await desk.call(.post, "/events/\(Self.unknown)/replay").status == 404)

            let query: JSONValue = ["tenant_id": .string("\(practice.tenant)"), "reason": "sender_unresolved"]
            var dry = query.object ?? [:]
            dry["dry_run"] = true
            let counted = try await desk.call(.post, "/events/replay", .object(dry))
            #expect(counted.status == 200)
            #expect(counted.json["matched"]?.integer == 2 && counted.json["replayed"]?.integer == 0)
            let replayed = try await desk.call(.post, "/events/replay", query)
            #expect(replayed.status == 202)
            #expect(replayed.json["replayed"]?.integer == 2)
            try await world.settle()
            #expect(Set(world.sandbox.sends().map(\.person)) == ["anna", "bert", "cleo"])
            // A filter that is misspelt is none.
            for body in [["reason": "boredom"], ["tenantid": "x"], [:], ["dry_run": false]] as [JSONValue] {
                #expect(try await desk.call(.post, "/events/replay", body).status == 422)
            }
            #expect(try await desk.call(.post, "/events/replay", ["dry_run": true]).status == 200)
        }
    }

    @Test func aFailedReplyIsTriedAgainAndAWaitingOneIsCancelled() async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = "/tenants/\(practice.tenant)/replies"
            let fault = world.sandbox.switchOn(FaultRule(.code100, operation: "send"))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 7_200)
            let failed = try #require(try await desk.call(.get, path).json["data"]?[0])
            let id = try #require(failed["id"]?.string)
            #expect(failed["state"]?.string == "failed")
            #expect(try await desk.call(.post, "\(path)/\(id)/cancel").status == 409)
            world.sandbox.switchOff(id: fault.id)
            #expect(try await desk.call(.post, "\(path)/\(id)/retry").status == 202)
            try await world.settle()
            #expect(world.sandbox.sends().map(\.person) == ["anna"])
            #expect(try await desk.call(.get, "\(path)/\(id)").json["state"]?.string == "sent")
            #expect(try await desk.call(.post, "\(path)/\(id)/retry").status == 409)

            world.sandbox.switchOn(FaultRule(.throttle, operation: "send", remaining: 1))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
            try await world.settle()
            let waiting = try #require(try await desk.call(.get, path).json["data"]?[0])
            #expect(waiting["state"]?.string == "queued")
            let cancelled = try await desk.call(.post, "\(path)/\(waiting["id"]?.string ?? "")/cancel")
            #expect(cancelled.status == 200)
            #expect(cancelled.json["state"]?.string == "cancelled")
            #expect(cancelled.json["reason"]?.string == "requested")
            #expect(cancelled.json["parts"]?[0]?["state"]?.string == "cancelled")
            try await world.pass(seconds: 120)
            #expect(world.sandbox.sends().count == 1)
            #expect(try await desk.call(.post, "\(path)/\(Self.unknown)/retry").status == 404)
        }
    }

    @Test func aPersonsMessageTakesTheMachinesPlace() async throws {
        try await AdminDesk.open { world, practice, desk in
            world.sandbox.switchOn(FaultRule(.throttle, operation: "send", remaining: 1))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.queued])
            let list = "/tenants/\(practice.tenant)/conversations"
            let path = "\(list)/\(try await desk.call(.get, list).json["data"]?[0]?["id"]?.string ?? "")"
            let until = "2099-12-31T23:59:59.000Z"
            let longer: JSONValue = ["state": "paused", "until": .string(until)]
            #expect(try await desk.call(.post, "\(path)/automation", longer).status == 200)
            #expect(try await desk.call(.post, "\(path)/messages", ["text": "Come at nine."]).status == 202)
            try await world.pass(seconds: 600)
            #expect(world.sandbox.sends().map(\.text) == ["Come at nine."])
            let replies = try await desk.call(.get, "/tenants/\(practice.tenant)/replies").json["data"]?.array ?? []
            #expect(replies.map { $0["state"]?.string } == ["sent", "cancelled"])
            #expect(replies.last?["reason"]?.string == "person_answered")
            // Whoever has paused it for longer has the last word.
            #expect(try await desk.call(.get, path).json["paused_until"]?.string == until)
        }
    }

    /// It cannot be sent any more: nobody has answered.
    @Test func aPersonsMessageThatComesTooLateLeavesTheMachineOn() async throws {
        try await AdminDesk.open { world, practice, desk in
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 90_000)
            let list = "/tenants/\(practice.tenant)/conversations"
            let path = "\(list)/\(try await desk.call(.get, list).json["data"]?[0]?["id"]?.string ?? "")"
            #expect(try await desk.call(.post, "\(path)/messages", ["text": "Come at nine."]).status == 202)
            try await world.settle()
            let replies = try await desk.call(.get, "/tenants/\(practice.tenant)/replies").json["data"]
            #expect(replies?[0]?["state"]?.string == "expired")
            #expect(replies?[0]?["parts"]?[0]?["state"]?.string == "cancelled")
            #expect(try await desk.call(.get, path).json["automation"]?.string == "on")
        }
    }

    @Test func aPersonWritesThroughTheAPIAndTurnsTheMachineOff() async throws {
        try await AdminDesk.open { world, practice, desk in
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let list = "/tenants/\(practice.tenant)/conversations"
            let path = "\(list)/\(try await desk.call(.get, list).json["data"]?[0]?["id"]?.string ?? "")"
            let posted = try await desk.call(.post, "\(path)/messages", ["text": "Come at nine."])
            #expect(posted.status == 202)
            #expect(posted.location?.hasPrefix("/v1/tenants/\(practice.tenant)/replies/") == true)
            try await world.settle()
            #expect(world.sandbox.sends().map(\.text) == ["We have your message.", "Come at nine."])
            let messages = try await desk.call(.get, "\(path)/messages").json["data"]?.array ?? []
            #expect(messages.map { $0["author"]?.string } == ["person", "machine", "patient"])
            // As after an answer from the app: the machine leaves the conversation to the person.
            let shown = try await desk.call(.get, path).json
            #expect(shown["automation"]?.string == "paused")
            #expect(shown["paused_until"]?.string == world.clock.now.adding(seconds: 43_200).rfc3339)
            try world.sandbox.write(SandboxContent(text: "thank you"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(world.sandbox.sends().count == 2)
            #expect(try await desk.call(.post, "\(path)/messages", ["text": ""]).status == 422)
            #expect(try await desk.call(.post, "\(list)/\(Self.unknown)/messages", ["text": "x"]).status == 404)

            let until = world.clock.now.adding(seconds: 3_600).rfc3339
            for (body, status) in [
                (["state": "off"], 422), (["state": "on", "until": .string(until)], 422),
                (["state": "paused", "until": "yesterday"], 422),
                (["state": "paused", "until": "2001-01-01T00:00:00Z"], 422),
            ] as [(JSONValue, Int)] {
                #expect(try await desk.call(.post, "\(path)/automation", body).status == status)
            }
            let paused = try await desk.call(.post, "\(path)/automation", ["state": "paused", "until": .string(until)])
            #expect(paused.status == 200)
            #expect(paused.json["automation"]?.string == "paused" && paused.json["paused_until"]?.string == until)
            try world.sandbox.write(SandboxContent(text: "thanks"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 3_600)
            #expect(world.sandbox.sends().count == 2)
            // The pause ends by itself.
            #expect(try await desk.call(.get, path).json["automation"]?.string == "on")
            try world.sandbox.write(SandboxContent(text: "one more thing"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(world.sandbox.sends().count == 3)
        }
    }
}
