import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The checklist of a connection, over real HTTP and against the sandbox.
@Suite(.everyEngine, .serialized, .hangLimit) struct CheckRouteTests {
    /// The answer's parts, and that every failure names its fix.
    private func check(
        _ desk: AdminDesk, _ practice: PracticeWorld.Practice
    ) async throws -> (ok: Bool?, statuses: [String: String], recipients: [JSONValue]) {
        let answer = try await desk.call(
            .post, "/tenants/\(practice.tenant)/connections/\(practice.connection)/check")
        #expect(answer.status == 200)
        let checks = answer.json["checks"]?.array ?? []
        for check in checks where check["status"]?.string != "pass" {
            #expect(check["fix"]?.string?.isEmpty == false, "\(check["name"]?.string ?? "")")
        }
        let pairs = checks.map { ($0["name"]?.string ?? "", $0["status"]?.string ?? "") }
        return (
            answer.json["ok"]?.bool, Dictionary(pairs) { first, _ in first }, answer.json["recipients"]?.array ?? []
        )
    }

    private func rows(_ world: PracticeWorld) async throws -> [String] {
        try await world.sql("SELECT * FROM connections").map { String(reflecting: $0) }
    }

    /// As a connect leaves it.
    private func completed(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws {
        let integration = try #require(world.integrations[practice.flow.rawValue])
        var connection = try #require(try await world.connection(practice))
        connection.scopes = integration.requiredScopes
        let stored = connection
        try await world.store.write(practice.tenant) { _ = try $0.updateConnection(stored) }
    }

    @Test func aHealthyConnectionPassesAndTellsWhoHasWritten() async throws {
        try await AdminDesk.open { world, practice, desk in
            try await completed(world, practice)
            let quiet = try await check(desk, practice)
            #expect(quiet.ok == true && quiet.recipients.isEmpty)
            #expect(quiet.statuses["recipients"] == "warn" && quiet.statuses["last_webhook"] == "warn")
            let sent = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let before = try await rows(world)
            let full = try await check(desk, practice)
            #expect(full.ok == true)
            #expect(
                full.statuses == [
                    "token": "pass", "token_age": "pass", "scopes": "pass", "subscriptions": "pass",
                    "last_webhook": "pass", "recipients": "pass", "sender": "pass",
                ])
            #expect(full.recipients.map { $0["id"]?.string } == [sent.senders[.instagramLogin]])
            #expect(full.recipients.first?["username"]?.string == "anna")
            // It changes nothing, and no log tells who has written.
            #expect(try await rows(world) == before)
            #expect(!world.log.text.contains("anna"))
        }
    }

    @Test func aPageThatWasPartedFromItsAccountIsNoHealthyConnection() async throws {
        try await AdminDesk.open { world, _, desk in
            let practice = try await world.addPractice("dr_moreau", flow: .facebookPage, rules: AnswerTests.anything)
            try await completed(world, practice)
            #expect(try await check(desk, practice).statuses["token"] == "pass")
            try world.sandbox.setPageLink(account: practice.account.id, isLinked: false)
            let parted = try await check(desk, practice)
            #expect(parted.ok == false && parted.statuses["token"] == "fail")
        }
    }

    @Test func aPermissionThatMetaDoesNotListIsLookedAtAllTheSame() async throws {
        try await AdminDesk.open { world, practice, desk in
            try await completed(world, practice)
            #expect(try await check(desk, practice).statuses["scopes"] == "pass")
            try world.sandbox.setScope(
                "instagram_business_manage_messages", account: practice.account.id, isGranted: false)
            let refused = try await check(desk, practice)
            #expect(refused.ok == false && refused.statuses["scopes"] == "fail")
            try world.sandbox.setScope(
                "instagram_business_manage_messages", account: practice.account.id, isGranted: true)
            world.sandbox.switchOn(FaultRule(.noAppAccess))
            #expect(try await check(desk, practice).statuses["scopes"] == "fail")
            world.sandbox.switchOff()
            world.sandbox.switchOn(FaultRule(.serverError, operation: "conversations"))
            #expect(try await check(desk, practice).statuses["scopes"] == "warn")
        }
    }

    @Test func everyFaultNamesItsFix() async throws {
        try await AdminDesk.open { world, practice, desk in
            // The practice's world stores no scopes.
            #expect(try await check(desk, practice).statuses["scopes"] == "fail")
            try await completed(world, practice)
            try world.sandbox.dropSubscription(account: practice.account.id, flow: practice.flow)
            let deaf = try await check(desk, practice)
            #expect(deaf.ok == false && deaf.statuses["subscriptions"] == "fail")
            world.sandbox.switchOn(FaultRule(.serverError, operation: "conversations"))
            #expect(try await check(desk, practice).statuses["recipients"] == "warn")
            world.sandbox.switchOff()
            _ = try world.sandbox.killToken(account: practice.account.id)
            let dead = try await check(desk, practice)
            #expect(dead.ok == false && dead.statuses["token"] == "fail" && dead.statuses["recipients"] == nil)
            #expect(try await world.connection(practice)?.state == .active)
            try await world.store.write(practice.tenant) { rows in
                try rows.destroyToken(practice.connection)
                try rows.setState(
                    of: practice.connection, to: .reconnectRequired, reason: .deauthorized, now: world.clock.now)
            }
            let gone = try await check(desk, practice)
            #expect(gone.ok == false && gone.statuses == ["state": "fail"])
            let unknown = try await desk.call(
                .post, "/tenants/\(practice.tenant)/connections/\(practice.tenant)/check")
            #expect(unknown.status == 404)
        }
    }
}
