import Foundation
import Integrations
import Storage
import TestSupport
import Testing

/// `clariva audit verify`
@Suite(.serialized, .hangLimit)
struct AuditCommandTests {
    private func verify(_ clinic: Clinic, _ more: String...) async throws -> (
        status: Int32, output: String, errors: String
    ) {
        let process = try ChildProcess(
            ["audit", "verify"] + more, environment: clinic.environment, folder: clinic.folder)
        let status = try await process.exitStatus()
        return (status, process.output, process.errors)
    }

    @Test func aBreakEndsItWithOne() async throws {
        let clinic = try await Clinic()
        let service = try await clinic.start()
        let made = try await clinic.service.post("/v1/tenants", ["name": "Praxis", "flow": "instagram_login"])
        let tenant = try #require(made["id"]?.string)
        let other = try #require(
            try await clinic.service.post("/v1/tenants", ["name": "Andere", "flow": "instagram_login"])["id"]?.string)
        for _ in 0..<3 { _ = try await clinic.service.post("/v1/tenants/\(tenant)/connect-links", [:]) }
        let key = try ChildProcess(
            ["keys", "create", "--name", "k"], environment: clinic.environment, folder: clinic.folder)
        #expect(try await key.exitStatus() == 0)

        let whole = try await verify(clinic)
        #expect(whole.status == 0, "\(whole.errors)")
        let head = try #require(try await clinic.list("/v1/audit-log?tenant_id=\(tenant)").first?["hash"]?.string)
        #expect(whole.output.contains("tenant \(tenant): 4 of 4 entries kept, \(head)"))
        #expect(whole.output.contains("system: 1 of 1 entries kept"))
        let byCommand = try await clinic.list("/v1/audit-log?actor=command")
        #expect(byCommand.map { $0["action"]?.string } == ["api_key.create"])
        #expect(byCommand[0]["actor_id"]?.string == NSUserName())

        let path = clinic.folder.appending(path: "clariva.db").path
        let engine = try SQLiteEngine(path: path, exclusive: false)
        _ = try await engine.write(.global) {
            try $0.execute("UPDATE audit_log SET action = 'tenant.change' WHERE sequence = 3", [])
        }
        await engine.close()
        let broken = try await verify(clinic)
        #expect(broken.status == 1)
        #expect(broken.errors.contains("tenant \(tenant) does not hold: entry 3 was changed"), "\(broken.errors)")
        #expect(try await verify(clinic, "--tenant", tenant).status == 1)
        #expect(try await verify(clinic, "--tenant", other).status == 0)
        #expect(try await verify(clinic, "--tenant", "0198c6f2-0000-7000-8000-000000000000").status == 1)
        #expect(try await verify(clinic, "--tenant", "x").status == 2)
        #expect(service.isRunning)
    }
}
