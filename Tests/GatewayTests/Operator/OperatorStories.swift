import Foundation
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What an operator sees and does at the page.
@Suite(.everyEngine, .serialized, .hangLimit) struct OperatorStories {
    private static let unknown = "0198c6f2-0000-7000-8000-000000000000"

    /// A message whose sender cannot be found.
    private func park(_ world: PracticeWorld, from person: String = "anna", to practice: String = "dr_lind")
        async throws
    {
        for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try world.sandbox.write(SandboxContent(text: "kanarienvogel-4711"), from: person, to: practice)
        try await world.pass(seconds: 9)
        world.sandbox.switchOff()
    }

    @Test func aParkedEventIsReplayedByOneClick() async throws {
        try await OperatorDesk.open { world, practice, desk in
            try await park(world)
            let key = try await desk.key()
            let browser = try await desk.signedIn(key.text)
            let list = try await browser.get("/admin/events?state=parked&reason=sender_unresolved")
            #expect(list.status == 200 && list.text.contains("dr_lind") && list.text.contains("sender_unresolved"))
            let action = String(
                try #require(list.text.firstMatch(of: /action="(\/admin\/events\/[0-9a-f-]+\/replay)"/)).1)
            let csrf = try await browser.token()
            let answer = try await browser.post(action, "csrf=\(csrf)&state=parked")
            #expect(answer.status == 303 && answer.location == "/admin/events?state=parked&notice=replayed")
            try await world.settle()
            #expect(world.sandbox.sends().map(\.person) == ["anna"])
            let shown = try await browser.get(try #require(answer.location))
            #expect(shown.text.contains("The event is processed again.") && shown.text.contains("There are none."))
            let again = try await browser.post(action, "csrf=\(csrf)&state=parked")
            #expect(again.location == "/admin/events?state=parked&notice=not_replayed")
            #expect(try await browser.post("/admin/events/\(Self.unknown)/replay", "csrf=\(csrf)").status == 404)
            #expect(try await browser.post("/admin/events/x/replay", "csrf=\(csrf)").status == 404)
            var filter = AuditFilter()
            filter.tenantID = practice.tenant
            filter.action = "event.replay"
            let entries = try await world.store.auditEntries(filter, limit: 10).items
            #expect(entries.map(\.actor) == ["operator"] && entries.first?.actorID == key.key.id.description)
        }
    }

    @Test func sendingIsSwitchedForAllAfterAskingOnceMore() async throws {
        try await OperatorDesk.open { world, practice, desk in
            let key = try await desk.key()
            let browser = try await desk.signedIn(key.text)
            let asked = try await browser.get("/admin/switches")
            #expect(asked.text.contains("Switch sending off for all practices"))
            let csrf = try await browser.token()
            let off = try await browser.post("/admin/switches", "csrf=\(csrf)&revision=0&sending=off")
            #expect(off.status == 303 && off.location == "/admin?notice=sending_off")
            #expect(try await browser.get("/admin").text.contains("Switched off for all practices: sending."))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.queued])
            // Whoever has not seen that it is off does not switch it again.
            #expect(try await browser.post("/admin/switches", "csrf=\(csrf)&revision=0&sending=off").status == 409)
            #expect(try await browser.get("/admin/switches").text.contains("Switch sending on for all practices"))
            let on = try await browser.post("/admin/switches", "csrf=\(csrf)&revision=1&sending=on")
            #expect(on.location == "/admin?notice=sending_on")
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.sent])
            for form in ["revision=2&sending=maybe", "sending=off", "revision=x&sending=off", "revision=2"] {
                #expect(try await browser.post("/admin/switches", "csrf=\(csrf)&\(form)").status == 400, "\(form)")
            }
            #expect(try await world.store.readGlobal { try $0.switches(of: .system) }.switches == Switches())
            let entries = try await OperatorSignInTests.entries(world).filter { $0.action == "switches.change" }
            #expect(entries.map(\.actor) == ["operator", "operator"])
            #expect(entries.allSatisfy { $0.actorID == key.key.id.description && $0.requestID?.isEmpty == false })
        }
    }

    @Test func otherSwitchesStayAsTheyAre() async throws {
        try await OperatorDesk.open { world, _, desk in
            let store = try world.store
            try await store.setSwitches(
                Switches(connecting: false, processing: false), of: .system, by: .service, now: world.clock.now)
            let browser = try await desk.signedIn()
            let csrf = try await browser.token()
            #expect(try await browser.post("/admin/switches", "csrf=\(csrf)&revision=1&sending=off").status == 303)
            let switches = try await store.readGlobal { try $0.switches(of: .system) }.switches
            #expect(switches == Switches(sending: false, connecting: false, processing: false))
        }
    }

    @Test func aFailedReplyIsSentAgainAndAHeldOneOnlyByWhoHasLooked() async throws {
        try await OperatorDesk.open { world, practice, desk in
            let fault = world.sandbox.switchOn(FaultRule(.code100, operation: "send"))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 7_200)
            world.sandbox.switchOff(id: fault.id)
            let reply = try #require(try await world.replies(practice).first)
            #expect(reply.state == .failed)
            let browser = try await desk.signedIn()
            let csrf = try await browser.token()
            let path = "/admin/tenants/\(practice.tenant)/replies/\(reply.id)"
            #expect(try await browser.get("/admin/replies?state=failed").text.contains("\(path)/retry"))
            let cancelled = try await browser.post("\(path)/cancel", "csrf=\(csrf)&state=failed")
            #expect(cancelled.location == "/admin/replies?state=failed&notice=not_cancelled")
            let retried = try await browser.post("\(path)/retry", "csrf=\(csrf)&state=failed")
            #expect(retried.location == "/admin/replies?state=failed&notice=retried")
            try await world.settle()
            #expect(world.sandbox.sends().map(\.person) == ["anna"])

            // As if its outcome had never been learned.
            try await world.change(["UPDATE replies SET state = 'held', reason = 'outcome_unknown'"])
            let held = try await browser.get("/admin/replies?state=held").text
            #expect(held.contains("\(path)/retry") && held.contains("\(path)/cancel") && held.contains("vouched"))
            let refused = try await browser.post("\(path)/retry", "csrf=\(csrf)&state=held")
            #expect(refused.location == "/admin/replies?state=held&notice=not_retried")
            #expect(try await world.replies(practice).map(\.state) == [.held])
            let given = try await browser.post("\(path)/cancel", "csrf=\(csrf)&state=held")
            #expect(given.location == "/admin/replies?state=held&notice=cancelled")
            #expect(try await world.replies(practice).map(\.state) == [.cancelled])
            let nowhere = "/admin/tenants/\(practice.tenant)/replies/\(Self.unknown)"
            #expect(try await browser.post("\(nowhere)/retry", "csrf=\(csrf)").status == 404)
            let elsewhere = "/admin/tenants/\(Self.unknown)/replies/\(reply.id)"
            #expect(try await browser.post("\(elsewhere)/retry", "csrf=\(csrf)").status == 404)
        }
    }

    /// While it is found out there is nothing to do; what was never learned is sent again by whoever vouches for it.
    @Test func anUnknownReplyIsShownUntilItIsHeldAndThenSentAgainByWhoHasLooked() async throws {
        try await OperatorDesk.open { world, practice, desk in
            // Meta answers 500 without having sent anything, and shows no conversation in which that could be seen.
            world.sandbox.switchOn(FaultRule(.serverError, operation: "send", remaining: 1))
            world.sandbox.switchOn(FaultRule(.conversationsEmpty))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let reply = try #require(try await world.replies(practice).first)
            #expect(reply.state == .unknown)
            let browser = try await desk.signedIn()
            let path = "/admin/tenants/\(practice.tenant)/replies/\(reply.id)"
            func isCounted(unknown: Int, held: Int) async throws -> Bool {
                let overview = try await browser.get("/admin").text
                return overview.contains("/admin/replies?state=unknown\">\(unknown)<")
                    && overview.contains("/admin/replies?state=held\">\(held)<")
            }
            #expect(try await isCounted(unknown: 1, held: 0))
            let waiting = try await browser.get("/admin/replies?state=unknown").text
            #expect(waiting.contains("dr_lind") && waiting.contains("outcome_unknown") && !waiting.contains(path))

            try await world.pass(seconds: world.settings.unknownHold + 10)
            #expect(try await world.replies(practice).map(\.state) == [.held])
            #expect(try await isCounted(unknown: 0, held: 1))
            #expect(try await browser.get("/admin/replies?state=unknown").text.contains("There are none."))
            let form = "csrf=\(try await browser.token())&state=held"
            let refused = try await browser.post("\(path)/retry", form)
            #expect(refused.location == "/admin/replies?state=held&notice=not_retried")
            try await world.settle()
            #expect(try await world.replies(practice).map(\.state) == [.held] && world.sandbox.sends().isEmpty)
            let retried = try await browser.post("\(path)/retry", "\(form)&vouched=yes")
            #expect(retried.location == "/admin/replies?state=held&notice=retried")
            try await world.pass(seconds: 60)
            #expect(world.sandbox.sends().map(\.person) == ["anna"])
            #expect(try await world.replies(practice).map(\.state) == [.sent])
        }
    }

    /// Every form, by whoever is not signed in, or with a token that is not the session's.
    @Test func aFormWithoutTheSessionsTokenChangesNothing() async throws {
        try await OperatorDesk.open { world, practice, desk in
            try await park(world)
            let event = try #require(try await world.events(of: practice).first)
            let browser = try await desk.signedIn()
            let csrf = try await browser.token()
            let foreign = try await desk.signedIn().token()
            let reply = "/admin/tenants/\(practice.tenant)/replies/\(Self.unknown)"
            let forms = [
                ("/admin/events/\(event.id)/replay", "state=parked"), ("\(reply)/retry", "state=held"),
                ("\(reply)/cancel", "state=held"), ("/admin/switches", "revision=0&sending=off"),
                ("/admin/sign-out", "a=b"),
            ]
            let before = try await OperatorSignInTests.entries(world)
            for (path, form) in forms {
                for token in ["", "csrf=&", "csrf=\(foreign)&", "csrf=x&"] {
                    #expect(try await browser.post(path, token + form).status == 403, "\(path) \(token)")
                }
                let cross = [(name: "Sec-Fetch-Site", value: "cross-site")]
                #expect(try await browser.post(path, "csrf=\(csrf)&\(form)", headers: cross).status == 403, "\(path)")
                let stranger = try await desk.browser().post(path, "csrf=\(csrf)&\(form)")
                #expect(stranger.status == 303 && stranger.location == "/admin/sign-in", "\(path)")
                #expect(try await browser.get(path).status != 500)
            }
            #expect(try await OperatorSignInTests.entries(world) == before)
            #expect(try await world.events(of: practice).map(\.state) == [.parked])
            #expect(try await world.store.readGlobal { try $0.switches(of: .system) }.revision == 0)
            #expect(try await browser.get("/admin").status == 200)
        }
    }

    @Test func practicesAreListedWithTheirConnectionsAndFoundByName() async throws {
        try await OperatorDesk.open { world, practice, desk in
            for number in 0..<60 {
                _ = try await world.store.createTenant(
                    name: "Praxis \(number)", flow: Flow(rawValue: "facebook_page"), now: world.clock.now)
            }
            try await world.change(["UPDATE connections SET state = 'reconnect_required', state_reason = 'token_dead'"])
            let browser = try await desk.signedIn()
            let first = try await browser.get("/admin/tenants").text
            #expect(first.contains("dr_lind") && first.contains("reconnect_required") && first.contains("token_dead"))
            #expect(first.contains("never connected") && first.contains("\(practice.tenant)"))
            let next = String(try #require(first.firstMatch(of: /href="(\/admin\/tenants\?cursor=[^"]+)"/)).1)
            let second = try await browser.get(next).text
            #expect(second.contains("Praxis 59") && !second.contains("Praxis 1<") && !second.contains("Further ones"))
            let found = try await browser.get("/admin/tenants?name=Praxis%205").text
            #expect(found.contains("Praxis 5<") && found.contains("Praxis 51") && !found.contains("Praxis 6<"))
            #expect(!found.contains("dr_lind"))
            let many = try await browser.get("/admin/tenants?name=Praxis").text
            let more = String(try #require(many.firstMatch(of: /href="(\/admin\/tenants\?name=Praxis[^"]+)"/)).1)
            let rest = try await browser.get(more.replacing("&amp;", with: "&")).text
            #expect(rest.contains("Praxis 9<") && !rest.contains("Praxis 0<") && !rest.contains("Further ones"))
            #expect(try await browser.get("/admin/tenants?name=%3Cb%3E").text.contains("value=\"&lt;b&gt;\""))
        }
    }

    /// Two practices with everything: the pages tell of both, and of no patient.
    @Test func noPageTellsAnythingOfAPatient() async throws {
        let tenants = try await TwoTenants()
        let desk = try await OperatorDesk(tenants.world)
        let browser = try await desk.signedIn()
        var texts: [String] = []
        for path in [
            "/admin", "/admin/tenants", "/admin/events?state=parked", "/admin/events?state=failed",
            "/admin/replies?state=held", "/admin/replies?state=failed", "/admin/replies?state=unknown",
            "/admin/switches",
        ] {
            let answer = try await browser.get(path)
            #expect(answer.status == 200, "\(path)")
            texts.append(answer.text)
        }
        let all = texts.joined()
        // Something was there to be told.
        for tenant in [tenants.alba, tenants.bora] { #expect(all.contains(tenant.name)) }
        #expect(all.contains("/replay\"") && all.contains("/retry\""))
        for tenant in [tenants.alba, tenants.bora] {
            var hidden: Set = [tenant.canary, tenant.key, tenant.linkToken]
            for event in try await tenants.world.events(of: tenant.practice) {
                hidden.formUnion([event.mid, event.igsid].compactMap(\.self).filter { !$0.isEmpty })
            }
            for table in ["patients", "conversations", "messages", "addresses"] {
                hidden.formUnion(tenant.ids[table] ?? [])
            }
            if let token = try await tenants.world.connection(tenant.practice)?.token { hidden.insert(token) }
            for mark in hidden where all.contains(mark) { Issue.record("a page tells \(mark.prefix(12))...") }
        }
        await desk.end()
        await tenants.end()
    }
}
