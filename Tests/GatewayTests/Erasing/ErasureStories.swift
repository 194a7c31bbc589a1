import Integrations
import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Patients who are forgotten and practices that end, over the admin API and with the pipeline behind it.
@Suite(.everyEngine, .serialized, .hangLimit) struct ErasureStories {
    private func write(_ text: String = "hello", from person: String, in world: PracticeWorld) async throws {
        try world.sandbox.write(SandboxContent(text: text), from: person, to: "dr_lind")
        try await world.settle()
    }

    private func patient(
        _ person: String, of practice: PracticeWorld.Practice, _ desk: AdminDesk
    ) async throws -> (id: String, conversation: String)? {
        let list = try await desk.call(.get, "/tenants/\(practice.tenant)/conversations")
        let found = list.json["data"]?.array?.first { $0["patient"]?["username"]?.string == person }
        guard let id = found?["patient"]?["id"]?.string, let conversation = found?["id"]?.string else { return nil }
        return (id, conversation)
    }

    private func unrouted(_ world: PracticeWorld) async throws -> Int {
        try await world.sql(
            "SELECT 1 FROM events WHERE tenant_id = ?1 AND state = 'parked' AND reason = 'unrouted'",
            [.id(TenantID.system.raw)]
        ).count
    }

    /// `{{username}}` lets the pipeline learn who somebody is.
    private static let rules = ReplyRules(
        rules: [ReplyRule(name: "any", match: .any, text: "Hello {{username}}, we have it.")])

    /// Answers that are kept for `Idempotency-Key` name whom they are about, and what was written to them.
    @Test func keptAnswersForgetThePatientToo() async throws {
        try await AdminDesk.open(rules: Self.rules) { world, practice, desk in
            for person in ["anna", "bert"] { try await write(from: person, in: world) }
            let anna = try #require(try await patient("anna", of: practice, desk))
            let own = "/tenants/\(practice.tenant)"
            let connections = try await desk.call(.get, "\(own)/connections").json["data"]?.array
            let connection = try #require(connections?.first?["id"]?.string)
            // As if her message had failed after its sender was found: the answer to a replay says who that is.
            let event = try #require(try await world.events(of: practice).first { $0.igsid != nil })
            let igsid = try #require(event.igsid)
            _ = try await world.sql(
                "UPDATE events SET state = 'failed', reason = 'error' WHERE id = ?1", [.id(event.id.raw)])
            let asked: [(path: String, body: JSONValue?, names: String)] = [
                ("\(own)/conversations/\(anna.conversation)/messages", ["text": "Befund liegt bereit"], "Befund"),
                ("\(own)/connections/\(connection)/check", nil, "anna"),
                // No tenant is in this path: the answer is kept among the system tenant's.
                ("/events/\(event.id)/replay", nil, igsid),
            ]
            for (number, request) in asked.enumerated() {
                let first = try await desk.call(.post, request.path, request.body, once: "key-\(number)")
                let again = try await desk.call(.post, request.path, request.body, once: "key-\(number)")
                #expect(again.isReplayed && again.json == first.json)
                #expect(String(decoding: first.json.encoded(), as: UTF8.self).contains(request.names))
            }
            try await world.settle()
            #expect(try await desk.call(.delete, "\(own)/patients/\(anna.id)").status == 202)
            try await world.settle()
            try await world.pass(seconds: 31)
            let sends = world.sandbox.sends().count
            for (number, request) in asked.enumerated() {
                let late = try await desk.call(.post, request.path, request.body, once: "key-\(number)")
                #expect(!late.isReplayed, "\(request.path)")
            }
            try await world.settle()
            #expect(world.sandbox.sends().count == sends)
        }
    }

    @Test func aPatientIsForgottenOnRequest() async throws {
        try await AdminDesk.open(rules: Self.rules) { world, practice, desk in
            for person in ["anna", "bert"] { try await write(from: person, in: world) }
            let anna = try #require(try await patient("anna", of: practice, desk))
            let events = try await world.events(of: practice)
            let asked = try await desk.call(.delete, "/tenants/\(practice.tenant)/patients/\(anna.id)")
            #expect(asked.status == 202 && asked.json["state"]?.string == "queued")
            #expect(asked.json["kind"]?.string == "patient" && asked.json["erased_at"] == .null)
            let receipt = try #require(asked.json["id"]?.string)
            #expect(asked.location == "/v1/erasures/\(receipt)")
            // Echoes of what was sent are waited for.
            try await world.settle()
            #expect(try await desk.call(.get, "/erasures/\(receipt)").json["state"]?.string == "running")
            try await world.pass(seconds: 31)

            let done = try await desk.call(.get, "/erasures/\(receipt)").json
            #expect(done["state"]?.string == "done" && done["tenant_id"]?.string == "\(practice.tenant)")
            let moment = try #require(done["erased_at"]?.string.flatMap { Timestamp(rfc3339: $0) })
            let day = moment.adding(seconds: 35 * 86_400).rfc3339.prefix(10)
            #expect(done["backups_until"]?.string == String(day))
            #expect(done["counts"]?["messages"]?.integer == 2 && done["counts"]?["conversations"]?.integer == 1)
            #expect(try await patient("anna", of: practice, desk) == nil)
            #expect(try await patient("bert", of: practice, desk) != nil)
            let path = "/tenants/\(practice.tenant)/conversations/\(anna.conversation)"
            #expect(try await desk.call(.get, path).status == 404)
            let again = try await desk.call(.delete, "/tenants/\(practice.tenant)/patients/\(anna.id)")
            #expect(again.status == 404)
            // As many events as before, of which half say nothing any more.
            let after = try await world.events(of: practice)
            #expect(after.map(\.id) == events.map(\.id))
            #expect(after.count { $0.mid == nil } == events.count / 2)

            // Meta repeats everything that it has ever sent: nothing comes back and nobody is answered again.
            let sends = world.sandbox.sends().count
            for delivery in world.sandbox.deliveries { _ = try world.sandbox.redeliver(delivery.id) }
            try await world.settle()
            #expect(try await patient("anna", of: practice, desk) == nil && world.sandbox.sends().count == sends)
            // Whoever writes again begins anew.
            try await write("hello again", from: "anna", in: world)
            let anew = try #require(try await patient("anna", of: practice, desk))
            #expect(anew.id != anna.id && world.sandbox.sends().count == sends + 1)
            #expect(world.metric(#"clariva_erasures_total{kind="patient"}"#) == 1)
            #expect(!world.log.text.contains(anna.id))
        }
    }

    /// The process dies at whatever it is doing, again and again; the next one goes on.
    @Test func anErasureSurvivesEveryCrash() async throws {
        try await AdminDesk.open(rules: Self.rules) { world, practice, desk in
            for _ in 0..<3 { for person in ["anna", "bert"] { try await write(from: person, in: world) } }
            let anna = try #require(try await patient("anna", of: practice, desk))
            try await world.pass(seconds: 60)
            let id = try #require(PatientID(anna.id))
            let erasure = try #require(
                try await world.store.eraseLater(id, of: practice.tenant, by: .service, now: world.clock.now))
            for _ in 0..<6 {
                await (try world.process).pipeline.erasureWasRequested()
                try await world.crash()
            }
            try await world.settle()
            #expect(try await world.store.erasure(erasure.id)?.state == .done)
            let names = try await world.store.read(practice.tenant) { rows in
                try rows.conversations(limit: 100).items.map(\.patient.username)
            }
            #expect(names == ["bert"])
        }
    }

    /// Messages keep coming while their writer is forgotten: each is answered or erased, and none is lost to the others.
    @Test func aPatientWhoWritesMeanwhileDisturbsNobody() async throws {
        try await AdminDesk.open(rules: Self.rules) { world, practice, desk in
            for person in ["anna", "bert"] { try await write(from: person, in: world) }
            let anna = try #require(try await patient("anna", of: practice, desk))
            #expect(try await desk.call(.delete, "/tenants/\(practice.tenant)/patients/\(anna.id)").status == 202)
            for number in 0..<8 {
                for person in ["anna", "bert"] {
                    try world.sandbox.write(
                        SandboxContent(text: "more \(number)"), from: person, to: "dr_lind")
                }
                try await world.pass(seconds: 5)
            }
            try await world.pass(seconds: 120)
            let list = try await world.store.erasures(of: practice.tenant, limit: 10).items
            let done = try #require(list.first)
            #expect(list.count == 1 && done.state == .done)
            let ended = try #require(done.erasedAt)
            // What is left of her came afterwards.
            let all = try await world.conversations(of: practice)
            #expect(!all.contains { "\($0.id)" == anna.conversation || "\($0.patientID)" == anna.id })
            for conversation in all where conversation.createdAt > ended {
                let messages = try await world.store.read(practice.tenant) {
                    try $0.messages(of: conversation.id, limit: 100).items
                }
                for message in messages { #expect(message.receivedAt >= ended) }
            }
            // The other one was answered each time, and she not once more before the end.
            #expect(world.sandbox.sends(person: "bert").count == 9)
            #expect(world.sandbox.sends(person: "anna").allSatisfy { $0.text.contains("anna") })
            #expect(try await world.events(of: practice).allSatisfy { $0.state == .done })
        }
    }

    @Test func aPracticeEnds() async throws {
        try await AdminDesk.open { world, practice, desk in
            let tenant = practice.tenant
            try await write(from: "anna", in: world)
            let key = try #require(
                try await desk.call(
                    .post, "/api-keys", ["name": "own", "scope": "tenant", "tenant_id": .string("\(tenant)")]
                ).json["key"]?.string)
            #expect(try await desk.call(.delete, "/tenants/\(tenant)", bearer: key).status == 403)
            let connection = try #require(try await world.connection(practice))
            let asked = try await desk.call(.delete, "/tenants/\(tenant)")
            #expect(asked.status == 202 && asked.json["kind"]?.string == "tenant")
            let receipt = try #require(asked.json["id"]?.string)
            for path in [
                "", "/connections", "/conversations", "/replies", "/reply-rules", "/switches",
                "/connections/\(connection.id)",
            ] {
                #expect(try await desk.call(.get, "/tenants/\(tenant)\(path)").status == 404, "\(path)")
            }
            #expect(try await desk.call(.delete, "/tenants/\(tenant)").status == 404)
            let flow = try await desk.call(.put, "/tenants/\(tenant)/flow", ["flow": "facebook_page"])
            let switches: JSONValue = ["sending": true, "connecting": true, "processing": true]
            let switched = try await desk.call(.put, "/tenants/\(tenant)/switches", switches)
            let linked = try await desk.call(.post, "/tenants/\(tenant)/connect-links", [:])
            #expect([flow, switched, linked].map(\.status) == [404, 404, 404])
            #expect(try await desk.call(.get, "/events", bearer: key).status == 401)
            #expect(try await desk.call(.get, "/events?tenant_id=\(tenant)").json["data"]?.array == [])

            // Meta has been told; what it sends all the same is acknowledged, and nobody's.
            try await world.settle()
            let told = world.sandbox.deliveries.count
            try world.sandbox.write(SandboxContent(text: "anybody?"), from: "bert", to: "dr_lind")
            try await world.settle()
            #expect(world.sandbox.deliveries.count == told)
            let item = """
                {"sender":{"id":"17990000000000099"},"recipient":{"id":"\(practice.account.id)"},\
                "timestamp":\(world.clock.now.milliseconds),"message":{"mid":"late","text":"too late"}}
                """
            try await world.deliver(item, to: practice)
            try await world.settle()
            #expect(try await unrouted(world) == 1)

            try await world.pass(seconds: 60)
            let done = try await desk.call(.get, "/erasures/\(receipt)").json
            #expect(done["state"]?.string == "done" && done["backups_until"]?.string != nil)
            #expect(try await desk.call(.get, "/erasures?tenant_id=\(tenant)").json["data"]?.array?.count == 1)
            let log = try await desk.call(.get, "/audit-log?tenant_id=\(tenant)")
            #expect(log.json["data"]?[0]?["action"]?.string == "tenant.delete")
            _ = try await world.store.verifyAudit(of: tenant)
            for table in ["events", "messages", "patients", "connections", "connect_links"] {
                let left = try await world.sql("SELECT 1 FROM \(table) WHERE tenant_id = ?1", [.id(tenant.raw)])
                #expect(left.isEmpty, "\(table)")
            }
            // Somebody else may connect the account, and is given what nobody was.
            let heir = try await desk.call(.post, "/tenants", ["name": "Heir", "flow": "instagram_login"])
            let id = try #require(heir.json["id"]?.string.flatMap { TenantID($0) })
            let now = world.clock.now
            try await world.store.writeGlobal {
                try $0.claim(account: practice.account.id, aliases: [], for: id, now: now)
            }
        }
    }

    /// Meta cannot be reached: it is told again, and the key goes all the same.
    @Test func aPracticeEndsAlsoWhereMetaDoesNotAnswer() async throws {
        try await AdminDesk.open { world, practice, desk in
            world.sandbox.switchOn(FaultRule(.serverError, operation: "subscribed_apps"))
            let asked = try await desk.call(.delete, "/tenants/\(practice.tenant)")
            let id = try #require(asked.json["id"]?.string.flatMap { ErasureID($0) })
            try await world.settle()
            #expect(try await world.store.erasure(id)?.erasedAt == nil)
            try await world.pass(seconds: 120)
            #expect(try await world.store.erasure(id)?.state == .done)
            #expect(world.log.text.contains("the deleted tenant's webhooks could not be ended"))
        }
    }

    /// Another practice has connected the Page since, with another account.
    @Test func aPageThatIsSomebodyElsesByNowGoesOnBeingHeard() async throws {
        try await AdminDesk.open { world, practice, desk in
            let ending = try await world.addPractice("dr_moreau", flow: .facebookPage, rules: AnswerTests.anything)
            let connection = try #require(try await world.connection(ending))
            let page = try #require(connection.facebookPageID)
            world.sandbox.switchOn(FaultRule(.serverError, operation: "subscribed_apps", remaining: 1))
            let asked = try await desk.call(.delete, "/tenants/\(ending.tenant)")
            let id = try #require(asked.json["id"]?.string.flatMap { ErasureID($0) })
            try await world.settle()
            #expect(try await world.store.erasure(id)?.erasedAt == nil)
            let now = world.clock.now
            try await world.store.writeGlobal {
                try $0.claim(account: page, aliases: [], for: practice.tenant, now: now)
            }
            try await world.pass(seconds: 120)
            #expect(try await world.store.erasure(id)?.state == .done)
            let access = try #require(AccountAccess(connection))
            let fields = try await world.integrations["facebook_page"]?.subscribedFields(access)
            #expect(fields?.contains("messages") == true)
        }
    }

    @Test func theEndOfAPracticeSurvivesEveryCrash() async throws {
        try await AdminDesk.open { world, practice, desk in
            let other = try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
            try await write(from: "anna", in: world)
            let asked = try await desk.call(.delete, "/tenants/\(practice.tenant)")
            let id = try #require(asked.json["id"]?.string.flatMap { ErasureID($0) })
            for _ in 0..<6 {
                try await world.crash()
                await (try world.process).pipeline.erasureWasRequested()
            }
            try await world.pass(seconds: 120)
            #expect(try await world.store.erasure(id)?.state == .done)
            try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_moreau")
            try await world.settle()
            #expect(try await world.replies(other).map(\.state) == [.sent])
        }
    }

    /// A process that has not heard of the deletion takes a webhook in: it is stored once, as nobody's.
    @Test func aWebhookThatMeetsTheDeletionIsRoutedAnew() async throws {
        try await AdminDesk.open { world, practice, desk in
            try await write(from: "anna", in: world)
            // The store behind the process's back: its routes and keys stay as they are.
            let behind = try TenancyStore(engine: world.process.engine, keyRing: world.keyRing)
            _ = try await behind.deleteTenant(practice.tenant, by: .service, now: world.clock.now)
            try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
            await world.sandbox.drain()
            #expect(world.sandbox.deliveries.last?.statuses == [200])
            try await world.settle()
            #expect(try await unrouted(world) == 1)
        }
    }

    @Test func receiptsAreShownToWhomTheyConcern() async throws {
        try await AdminDesk.open { world, practice, desk in
            let other = try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
            try await write(from: "anna", in: world)
            let conversation = try #require(try await world.conversations(of: practice).first)
            let erasure = try #require(
                try await world.store.eraseLater(
                    conversation.patientID, of: practice.tenant, by: .service, now: world.clock.now))
            func key(_ tenant: TenantID) async throws -> String {
                try await APIKeys(world.store).create(name: "k", scope: .tenant(tenant), now: world.clock.now).text
            }
            let (own, foreign) = (try await key(practice.tenant), try await key(other.tenant))
            #expect(try await desk.call(.get, "/erasures/\(erasure.id)", bearer: own).status == 200)
            #expect(try await desk.call(.get, "/erasures/\(erasure.id)", bearer: foreign).status == 404)
            #expect(try await desk.call(.get, "/erasures", bearer: own).json["data"]?.array?.count == 1)
            #expect(try await desk.call(.get, "/erasures", bearer: foreign).json["data"]?.array == [])
            let stranger = try await desk.call(.get, "/erasures?tenant_id=\(practice.tenant)", bearer: foreign)
            #expect(stranger.status == 404)
            #expect(try await desk.call(.get, "/erasures?tenant_id=x").status == 422)
            for path in ["/erasures/x", "/erasures/\(practice.tenant)"] {
                #expect(try await desk.call(.get, path).status == 404)
            }
            let unknown = "/tenants/\(practice.tenant)/patients/\(practice.tenant)"
            #expect(try await desk.call(.delete, unknown).status == 404)
        }
    }
}
