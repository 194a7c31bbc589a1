import Foundation
import Integrations
import TestSupport
import Testing

/// `docs/api.md` can be copied: each of its lines runs against a real service, with curl and jq.
@Suite(.serialized, .hangLimit) struct APIGuideTests {
    private func guide() throws -> APIGuide {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/api.md").standardized
        return APIGuide(try String(contentsOf: url, encoding: .utf8))
    }

    @Test func everyLineOfTheGuideRuns() async throws {
        let guide = try guide()
        #expect(guide.blocks.count >= 18)
        #expect(Set(guide.blocks.compactMap(\.event)) == Set(APIGuide.events.keys))
        let clinic = try await Clinic()
        let service = try await clinic.start()
        try await clinic.sandbox.post("accounts", ["username": "dr_lind"])
        let script = clinic.folder.appending(path: "guide.sh")
        try guide.script().write(to: script, atomically: true, encoding: .utf8)
        let shell = try ChildProcess(
            [script.path],
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "CLARIVA": "http://127.0.0.1:\(clinic.port)", "KEY": Clinic.adminKey,
                "META": String(clinic.sandbox.base.dropLast()),
            ], folder: clinic.folder, program: URL(filePath: "/bin/bash"))
        let status = try await shell.exitStatus(within: .seconds(180))
        #expect(status == 0, "\(shell.errors)\n\(shell.output)")
        let output = shell.output
        #expect(output.matches(of: /block done/).count == guide.blocks.count)
        // What the guide promises, and not only that its commands end well.
        for text in [
            "Praxis Dr. Lind", "pass token", "Termine: 030 123456.", "Gerne, bis Montag!", "sender_unresolved",
            "reply_rules.replace", "flow: must be one of", "disconnected\nrequested", "tenant running", "patient ",
        ] {
            #expect(output.contains(text), "the guide never shows \(text):\n\(output)")
        }
        service.signal(SIGTERM)
        #expect(try await service.exitStatus() == 0)
    }

    /// Each thing that the guide is for.
    @Test func theGuideShowsEachTask() throws {
        let text = try guide().blocks.flatMap(\.lines).joined(separator: "\n")
        for path in [
            "/v1/tenants", "/connect-links", "/connections", "/check", "/reconnect", "/reply-rules", "/replies",
            "/conversations", "/messages", "/automation", "/v1/events", "/replay", "/v1/switches", "/switches",
            "/v1/api-keys", "/v1/audit-log", "/patients/", "/v1/erasures",
        ] {
            #expect(text.contains(path), "\(path)")
        }
    }
}
