import Foundation
import Integrations
import TestSupport
import Testing

/// The commands that people run beside the service.
@Suite(.serialized, .hangLimit)
struct CommandTests {
    private struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    private func run(
        _ arguments: [String], in clinic: Clinic, _ changed: [String: String] = [:]
    ) async throws -> Answer {
        let process = try ChildProcess(
            arguments, environment: clinic.environment.merging(changed) { $1 }, folder: clinic.folder)
        let status = try await process.exitStatus()
        return Answer(status: status, output: process.output, errors: process.errors)
    }

    @Test func keysAreMadeListedAndRevokedWhileTheServiceRuns() async throws {
        let clinic = try await Clinic()
        let service = try await clinic.start()
        let tenant = try await clinic.service.post("/v1/tenants", ["name": "Praxis", "flow": "instagram_login"])
        let id = try #require(tenant["id"]?.string)
        let scopes: [(scope: String, more: [String], mayWrite: Bool)] = [
            ("admin", [], true), ("read", ["--expires-in-days", "30"], false), ("tenant", ["--tenant", id], false),
        ]
        for (scope, more, mayWrite) in scopes {
            let made = try await run(["keys", "create", "--name", "key \(scope)", "--scope", scope] + more, in: clinic)
            #expect(made.status == 0)
            let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let keyID = try #require(made.errors.firstMatch(of: /key ([0-9a-f-]{36})/)).1
            #expect(!made.errors.contains(key))
            let holder = clinic.caller(key)
            #expect(try await holder.send(.get, "/v1/tenants").status == 200)
            let body = Array(#"{"name": "Other", "flow": "instagram_login"}"#.utf8)
            let json = [(name: "Content-Type", value: "application/json")]
            let status = try await holder.send(.post, "/v1/tenants", headers: json, body: body).status
            #expect(status == (mayWrite ? 201 : 403))

            let listed = try await run(["keys", "list"], in: clinic)
            #expect(listed.status == 0)
            let line = listed.output.split(separator: "\n").first { $0.contains(keyID) }
            #expect(line?.contains("key \(scope)") == true)
            #expect(!listed.output.contains(key))
            #expect(try await run(["keys", "revoke", String(keyID)], in: clinic).status == 0)
            #expect(try await holder.send(.get, "/v1/tenants").status == 401)
            let again = try await run(["keys", "revoke", String(keyID)], in: clinic)
            #expect(again.status == 1)
            #expect(try await run(["keys", "list"], in: clinic).output.contains("revoked"))
        }
        let unknown = "0198c6f2-0000-7000-8000-000000000000"
        let stray = ["keys", "create", "--name", "x", "--scope", "tenant"]
        #expect(try await run(stray + ["--tenant", unknown], in: clinic).status == 1)
        #expect(try await run(stray, in: clinic).status == 2)
        #expect(service.isRunning)
    }

    @Test func midDecodeTakesAMessageIDApart() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/payloads/mid-vectors.json")
        let vectors = try JSONValue.parse([UInt8](try Data(contentsOf: file)))
        let vector = try #require(vectors["vectors"]?[0])
        let mid = try #require(vector["mid"]?.string)
        let folder = FileManager.default.temporaryDirectory
        let told = try ChildProcess(["mid", "decode", mid, "--format", "json"], folder: folder)
        #expect(try await told.exitStatus() == 0)
        let parts = try JSONValue.parse(told.output)
        #expect(parts["account"]?.string == vector["account"]?.string)
        #expect(parts["thread"]?.string == vector["thread"]?.string)
        #expect(parts["item"]?.string == vector["item"]?.string)
        #expect(parts["conversation_id"]?.string == vector["conversation"]?.string)
        let text = try ChildProcess(["mid", "decode", mid], folder: folder)
        #expect(try await text.exitStatus() == 0)
        #expect(text.output.contains(vector["account"]?.string ?? "?"))
        let none = try ChildProcess(["mid", "decode", "m_abc"], folder: folder)
        #expect(try await none.exitStatus() == 1)
    }

    @Test func eventsReplayCountsBeforeItActs() async throws {
        let clinic = try await Clinic(extra: ["CLARIVA_EDIT_HOLD_SECONDS": "0"])
        let first = try await clinic.start()
        let doctor = try await clinic.connect("dr_replay", flow: "instagram_login")
        for fault in ["senderless_edit_only", "message_lookup_500", "conversations_empty"] {
            try await clinic.sandbox.post("faults", ["name": .string(fault)])
        }
        try await clinic.sandbox.post("messages", ["account": "dr_replay", "person": "anna", "text": "Guten Tag"])
        let filter = "/v1/events?tenant_id=\(doctor.tenant)&state=parked"
        let event = try await poll("a parked event") { try await clinic.list(filter).first?["id"]?.string }
        let words = ["events", "replay", "--reason", "sender_unresolved", "--tenant", doctor.tenant]
        let counted = try await run(words + ["--dry-run"], in: clinic)
        #expect(counted.status == 0)
        #expect(counted.output == "1 found, 0 due again (dry run)\n")
        #expect(try await clinic.list(filter).count == 1)
        let none = try await run(["events", "replay", "--state", "failed"], in: clinic)
        #expect(none.output == "0 found, 0 due again\n")
        _ = try await clinic.sandbox.send(.delete, "faults")
        // A service that runs would see it at its next look, within seconds; one that starts sees it at once.
        first.signal(SIGTERM)
        #expect(try await first.exitStatus() == 0)
        let replayed = try await run(["events", "replay", event], in: clinic)
        #expect(replayed.status == 0)
        #expect(replayed.output == "1 found, 1 due again\n")
        let second = try await clinic.start()
        let sends = try await clinic.sandbox.get("sends?at_least=1&timeout_ms=20000")["data"]?.array ?? []
        #expect(sends.compactMap { $0["person"]?.string } == ["anna"])
        // What is settled cannot be replayed, and saying nothing is no filter.
        try await poll("the event's end") { try await clinic.list(filter).isEmpty ? () : nil }
        #expect(try await run(["events", "replay", event], in: clinic).status == 1)
        // Whoever replayed is noted, and whoever only counted is not.
        let noted = try await clinic.list("/v1/audit-log?tenant_id=\(doctor.tenant)&actor=command")
        #expect(noted.map { $0["action"]?.string } == ["event.replay"] && noted[0]["target_id"]?.string == event)
        #expect(try await run(["events", "replay"], in: clinic).status == 2)
        #expect(second.isRunning)
    }

    @Test func everyLineOfAConfigurationFileSetsSomething() async throws {
        let clinic = try await Clinic()
        let file = clinic.folder.appending(path: "clariva.env")
        let lines = clinic.environment.filter { $0.key.hasPrefix("CLARIVA_") }.map { " \($0) = \($1)" }
        func migrate(_ text: String) async throws -> Answer {
            try Data(text.utf8).write(to: file)
            let process = try ChildProcess(
                ["migrate", "--config", file.path],
                environment: clinic.environment.filter { !$0.key.hasPrefix("CLARIVA_") }, folder: clinic.folder)
            let status = try await process.exitStatus()
            return Answer(status: status, output: process.output, errors: process.errors)
        }
        let good = "# a comment\n\n" + lines.joined(separator: "\n")
        let bad = try await migrate("CLARIVA_LOG_LEVEL info\nexport A=b\n=c\n\(good)\nCLARIVA_HTTP_PORT=none")
        #expect(bad.status == 78)
        for number in 1...3 { #expect(bad.errors.contains("line \(number): must read NAME=value")) }
        #expect(bad.errors.contains("CLARIVA_HTTP_PORT: "))
        let windows = try await migrate(good.replacing("\n", with: "\r\n"))
        #expect(windows.status == 78 && windows.errors.contains("the file: must end its lines with a line feed alone"))
        #expect(!FileManager.default.fileExists(atPath: clinic.folder.appending(path: "clariva.db").path))
        let migrated = try await migrate(good)
        #expect(migrated.status == 0, "\(migrated.errors)")
        #expect(FileManager.default.fileExists(atPath: clinic.folder.appending(path: "clariva.db").path))
    }

    @Test func doctorTellsWhatIsWrongAndHowToMendIt() async throws {
        let clinic = try await Clinic()
        let early = try await run(["doctor"], in: clinic)
        #expect(early.status == 1)
        #expect(early.output.contains("FAIL  file") && early.output.contains("fix: run clariva migrate"))
        let service = try await clinic.start()
        let doctor = try await clinic.connect("dr_well", flow: "facebook_page")
        let well = try await run(["doctor"], in: clinic)
        #expect(well.status == 0, "\(well.output)")
        #expect(well.output.contains(doctor.tenant) && well.output.contains("ok    token: valid"))
        #expect(!well.output.contains("FAIL"))

        let wrong = try await run(
            ["doctor"], in: clinic,
            ["CLARIVA_ADMIN_API_KEY": "short", "CLARIVA_HTTP_PORT": "none", "CLARIVA_ENCRYPTION_KEYS": "k1:zzz"])
        #expect(wrong.status == 1)
        for name in ["CLARIVA_ADMIN_API_KEY", "CLARIVA_HTTP_PORT", "CLARIVA_ENCRYPTION_KEYS"] {
            #expect(wrong.errors.contains(name))
        }
        let otherKey = Data(repeating: 8, count: 32).base64EncodedString()
        let locked = try await run(["doctor"], in: clinic, ["CLARIVA_ENCRYPTION_KEYS": "k2:\(otherKey)"])
        #expect(locked.status == 1)
        #expect(locked.output.contains("FAIL"))

        let unknown = "0198c6f2-0000-7000-8000-000000000000"
        let nobody = try await run(["doctor", "--tenant", unknown], in: clinic)
        #expect(nobody.status == 1 && nobody.output.contains("FAIL  tenant: there is no tenant \(unknown)"))

        try await clinic.sandbox.post("faults", ["name": "token_dead"])
        let dead = try await run(["doctor", "--tenant", doctor.tenant], in: clinic)
        #expect(dead.status == 1)
        #expect(dead.output.contains("FAIL  token: dead") && dead.output.contains("reconnect link"))
        #expect(dead.errors.contains("1 of"))
        #expect(service.isRunning)
    }
}
