import Foundation
import Integrations
import TestSupport
import Testing

/// How the service starts and ends.
@Suite(.serialized, .hangLimit)
struct LifecycleTests {
    @Test func aSecondServiceOnTheSameDatabaseExitsWithOne() async throws {
        let clinic = try await Clinic()
        let first = try await clinic.start()
        let port = try FreePort.take()
        let second = try ChildProcess(
            ["serve"], environment: clinic.environment.merging(["CLARIVA_HTTP_PORT": String(port)]) { $1 },
            folder: clinic.folder)
        #expect(try await second.exitStatus() == 1)
        #expect(second.errors.contains("another clariva serve"))
        #expect(try await clinic.service.send(.get, "/readyz").status == 200)
        // The lock ends with its holder, even one that was killed.
        try await first.killNow()
        let third = try await clinic.start()
        #expect(third.isRunning)
    }

    @Test func aTakenPortEndsTheServiceWithOne() async throws {
        let clinic = try await Clinic()
        let first = try await clinic.start()
        let database = "sqlite:\(clinic.folder.appending(path: "other.db").path)"
        let second = try ChildProcess(
            ["serve"], environment: clinic.environment.merging(["CLARIVA_DATABASE_URL": database]) { $1 },
            folder: clinic.folder)
        #expect(try await second.exitStatus() == 1)
        #expect(first.isRunning)
    }

    @Test func badConfigurationExitsWith78AndListsEveryFaultWithoutAValue() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "clariva-system-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let canary = "canary-0815"
        let wrong = [
            "CLARIVA_HTTP_PORT": canary, "CLARIVA_PUBLIC_URL": "http://\(canary).example",
            "CLARIVA_DATABASE_URL": canary,
            "CLARIVA_ENCRYPTION_KEYS": "k1:\(canary)", "CLARIVA_ADMIN_API_KEY": "canary-0815",
            "CLARIVA_INSTAGRAM_APP_ID": canary, "CLARIVA_INSTAGRAM_APP_SECRET": canary,
            "CLARIVA_FACEBOOK_APP_SECRET": canary, "CLARIVA_GRAPH_VERSION": canary,
            "CLARIVA_FACEBOOK_GRAPH_URL": "http://\(canary).example", "CLARIVA_LOG_LEVEL": canary,
            "CLARIVA_LOG_FORMAT": canary, "CLARIVA_EDIT_HOLD_SECONDS": canary, "CLARIVA_LOOP_GUARD_PER_HOUR": "-1",
            "CLARIVA_NOTIFY_SECRET": canary, "CLARIVA_JWT_ISSUER": canary,
        ]
        let process = try ChildProcess(["serve"], environment: wrong, folder: folder)
        #expect(try await process.exitStatus() == 78)
        let told = process.errors + process.output
        let expected = [
            "CLARIVA_HTTP_PORT", "CLARIVA_PUBLIC_URL", "CLARIVA_DATABASE_URL", "CLARIVA_ENCRYPTION_KEYS",
            "CLARIVA_ADMIN_API_KEY", "CLARIVA_INSTAGRAM_APP_ID", "CLARIVA_FACEBOOK_APP_ID", "CLARIVA_GRAPH_VERSION",
            "CLARIVA_FACEBOOK_GRAPH_URL", "CLARIVA_LOG_LEVEL", "CLARIVA_LOG_FORMAT", "CLARIVA_EDIT_HOLD_SECONDS",
            "CLARIVA_LOOP_GUARD_PER_HOUR", "CLARIVA_NOTIFY_URL", "CLARIVA_WEBHOOK_VERIFY_TOKEN",
        ]
        for name in expected { #expect(told.contains(name), "\(name) is not named") }
        #expect(!told.contains(canary))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".db") })
    }

    @Test func badUsageExitsWithTwo() async throws {
        let folder = FileManager.default.temporaryDirectory
        for arguments in [["serve", "--role", "nobody"], ["no-such-command"], ["sandbox", "--port", "99999"]] {
            let process = try ChildProcess(arguments, folder: folder)
            #expect(try await process.exitStatus() == 2)
        }
    }

    /// A send that is under way at SIGTERM is waited for, and what it became is written down.
    @Test func sigtermEndsWhatIsUnderWayAndExitsWithZero() async throws {
        let clinic = try await Clinic()
        let first = try await clinic.start()
        let doctor = try await clinic.connect("dr_drain", flow: "instagram_login")
        try await clinic.sandbox.post(
            "faults", ["name": "slow_answer", "operation": "send", "milliseconds": 1500])
        try await clinic.sandbox.post("settings", ["echo_delay_ms": 60_000])
        try await clinic.sandbox.post("messages", ["account": "dr_drain", "person": "anna", "text": "Guten Tag"])
        _ = try await clinic.sandbox.get("sends?at_least=1&timeout_ms=15000")
        first.signal(SIGTERM)
        #expect(try await first.exitStatus() == 0)
        #expect(first.output.contains("stopped"))

        let second = try await clinic.start()
        let replies = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
        #expect(replies.map { $0["state"]?.string } == ["sent"])
        #expect(replies.map { $0["reason"]?.string } == ["sent"])
        second.signal(SIGTERM)
        #expect(try await second.exitStatus() == 0)
    }

    /// What was acknowledged before SIGTERM is processed by the next process.
    @Test func whatWasAcknowledgedBeforeAnEndIsAnsweredAfterIt() async throws {
        let clinic = try await Clinic()
        let first = try await clinic.start()
        _ = try await clinic.connect("dr_night", flow: "facebook_page")
        try await clinic.sandbox.post("faults", ["name": "slow_answer", "operation": "send", "milliseconds": 300])
        for number in 0..<20 {
            try await clinic.sandbox.post(
                "messages", ["account": "dr_night", "person": .string("person_\(number)"), "text": "Guten Tag"])
        }
        first.signal(SIGTERM)
        #expect(try await first.exitStatus() == 0)
        let second = try await clinic.start()
        try await clinic.sandbox.post("drain", ["retries": true])
        let sends = try await clinic.sandbox.get("sends?at_least=20&timeout_ms=30000")["data"]?.array ?? []
        #expect(sends.count == 20)
        #expect(Set(sends.compactMap { $0["person"]?.string }).count == 20)
        #expect(second.isRunning)
    }
}
