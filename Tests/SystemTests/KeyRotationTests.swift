import Foundation
import Integrations
import TestSupport
import Testing

/// Another key-encryption key while patients write: nothing is lost, nothing fails, and the old key can go.
@Suite(.serialized, .hangLimit)
struct KeyRotationTests {
    private static let old = "k1:\(Data(repeating: 7, count: 32).base64EncodedString())"
    private static let new = "k2:\(Data(repeating: 9, count: 32).base64EncodedString())"

    private func environment(_ clinic: Clinic, _ keys: [String], port: Int? = nil) -> [String: String] {
        var changed = ["CLARIVA_ENCRYPTION_KEYS": keys.joined(separator: ",")]
        if let port { changed["CLARIVA_HTTP_PORT"] = String(port) }
        return clinic.environment.merging(changed) { $1 }
    }

    private func serve(_ clinic: Clinic, _ keys: [String], port: Int? = nil) async throws -> ChildProcess {
        let process = try ChildProcess(
            ["serve"], environment: environment(clinic, keys, port: port), folder: clinic.folder)
        _ = try await poll("the service") {
            guard process.isRunning else { throw HarnessFailure("the service ended: \(process.errors)") }
            return process.output.contains("listening") ? true : nil
        }
        return process
    }

    private func stop(_ process: ChildProcess) async throws {
        process.signal(SIGTERM)
        #expect(try await process.exitStatus() == 0)
    }

    private func rotate(
        _ clinic: Clinic, _ keys: [String]
    ) async throws -> (status: Int32, output: String, errors: String) {
        let process = try ChildProcess(
            ["keys", "rotate-encryption"], environment: environment(clinic, keys), folder: clinic.folder)
        return (try await process.exitStatus(), process.output, process.errors)
    }

    /// Until the command would see the processes.
    private func waitForAnnouncements(_ clinic: Clinic, _ count: Int) async throws {
        _ = try await poll("\(count) announcements", every: .milliseconds(200)) {
            let answer = try await self.rotate(clinic, [Self.new, Self.old])
            #expect(answer.status == 1)
            return answer.errors.components(separatedBy: "running since").count == count + 1 ? true : nil
        }
    }

    /// - Parameter ports: of the processes; `nil` is the one that Meta calls.
    private func rotateUnderLoad(_ clinic: Clinic, ports: [Int?]) async throws {
        var processes: [ChildProcess] = []
        for port in ports { processes.append(try await serve(clinic, [Self.old], port: port)) }
        let doctor = try await clinic.connect("dr_keys", flow: "instagram_login")
        let load = PatientLoad(clinic, account: "dr_keys")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await load.run() }
            try await load.more(6)

            // Nobody has the new key yet: the command names everybody and changes nothing.
            try await waitForAnnouncements(clinic, ports.count)
            let refused = try await rotate(clinic, [Self.new, Self.old])
            #expect(refused.status == 1 && refused.errors.contains("nothing was changed"))
            #expect(refused.errors.contains(#""k2""#) && !refused.errors.contains(Self.new.dropFirst(3)))

            try await restart(&processes, clinic, [Self.new, Self.old], ports)
            try await load.more(6)
            let rotated = try await rotate(clinic, [Self.new, Self.old])
            #expect(rotated.status == 0, "\(rotated.errors)")
            // The system tenant's and the practice's.
            #expect(rotated.output.contains("2 data keys wrapped under k2"), "\(rotated.output)")
            try await load.more(6)
            let again = try await rotate(clinic, [Self.new, Self.old])
            #expect(again.output.contains("0 data keys"))

            try await restart(&processes, clinic, [Self.new], ports)
            try await load.more(6)
            load.end()
            try await group.waitForAll()
        }
        try await inspect(clinic, doctor, load)
        for process in processes { try await stop(process) }
        // Who comes with the old key alone is told before it serves anybody.
        let late = try ChildProcess(["serve"], environment: environment(clinic, [Self.old]), folder: clinic.folder)
        #expect(try await late.exitStatus() == 78)
        #expect(late.errors.contains(#"encryption key "k2" is not configured"#))
    }

    /// One after the other; Meta's own comes last.
    private func restart(
        _ processes: inout [ChildProcess], _ clinic: Clinic, _ keys: [String], _ ports: [Int?]
    ) async throws {
        for index in processes.indices.reversed() {
            try await stop(processes[index])
            processes[index] = try await serve(clinic, keys, port: ports[index])
        }
    }

    private func inspect(_ clinic: Clinic, _ doctor: Doctor, _ load: PatientLoad) async throws {
        let sends = try await load.sends()
        let persons = sends.compactMap { $0["person"]?.string }
        #expect(sends.count >= 24 && Set(persons).count == sends.count)
        let unfinished = try await poll("the last echoes") { () -> [JSONValue]? in
            let events = try await clinic.list("/v1/events")
            return events.allSatisfy { $0["state"]?.string == "done" } ? [] : nil
        }
        #expect(unfinished.isEmpty)
        // Meta has taken the last one before it is written down.
        let replies = try await poll("the last reply") { () -> [JSONValue]? in
            let replies = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
            return replies.allSatisfy { $0["state"]?.string == "sent" } ? replies : nil
        }
        #expect(replies.count == sends.count)
        // What was sealed before still opens.
        var questions: Set<String> = []
        for conversation in try await clinic.list("/v1/tenants/\(doctor.tenant)/conversations") {
            let id = try #require(conversation["id"]?.string)
            let messages = try await clinic.list("/v1/tenants/\(doctor.tenant)/conversations/\(id)/messages")
            questions.formUnion(messages.compactMap { $0["text"]?.string }.filter { $0.hasPrefix("Frage") })
        }
        #expect(questions == Set((1...sends.count).map { "Frage \($0)" }))
    }

    @Test func keysRotateWhileOneProcessRuns() async throws {
        try await rotateUnderLoad(try await Clinic(), ports: [nil])
    }

    @Test(.enabled(if: TestServer.url != nil))
    func keysRotateWhileTwoProcessesRun() async throws {
        let database = try await ServiceDatabase()
        let clinic = try await Clinic(extra: ["CLARIVA_DATABASE_URL": database.url])
        try await rotateUnderLoad(clinic, ports: [nil, try FreePort.take()])
    }
}
