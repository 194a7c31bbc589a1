import Foundation
import Integrations

/// One run of the demo: its processes, its scenes, and the tidying up whatever happens.
struct DemoRun: Sendable {
    /// How it ended.
    enum End: Sendable {
        case held
        /// So many scenes did not hold.
        case broken(Int)
    }

    /// Whether the processes are left running until Ctrl-C.
    let keeps: Bool

    private static let scenes: [any DemoScene] = [
        ConnectingScene(), EveryShapeScene(), SenderlessScene(), TwoPatientsScene(), UnresolvableScene(),
        RepeatsScene(), TokenDeathScene(), LostAnswerScene(), UnknownAccountScene(), TakeoverScene(), BooksScene(),
    ]

    /// Plays everything.
    /// - Returns: `nil` where it was cancelled before the end.
    /// - Throws: ``CommandFailure`` where it could not be played.
    func play() async throws -> End? {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "clariva-demo-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let transport = try CurlTransport()
        defer { transport.shutdown() }
        let processes = DemoProcesses(folder: folder, setting: DemoSetting())
        do {
            let end = try await play(processes, transport)
            await processes.stop()
            return end
        } catch {
            // A process that ended by itself explains more than the call that failed because of it.
            let ended = processes.endedByThemselves
            await processes.stop()
            if Task.isCancelled { return nil }
            throw CommandFailure(.failed, "clariva: the demo could not be played: \(error)" + ended)
        }
    }

    private func play(_ processes: DemoProcesses, _ transport: CurlTransport) async throws -> End {
        let transcript = DemoTranscript()
        transcript.heading("Clariva, from end to end, on this machine")
        let stage = try await processes.start(transport, transcript)
        stage.enter(logs: processes.logs)
        var summary = DemoSummary(outcomes: [])
        for (index, scene) in Self.scenes.enumerated() {
            transcript.heading("\(index + 1). \(scene.title): \(scene.promise)")
            summary.outcomes.append(try await outcome(of: scene, on: stage))
            guard processes.endedByThemselves.isEmpty else { throw DemoFailure("a process has ended") }
        }
        transcript.heading("Summary")
        transcript.text(summary.text(transcript.paint))
        let seconds = String(format: "%.0f", transcript.elapsed)
        let broken = summary.outcomes.count { !$0.held }
        let count = summary.outcomes.count
        let verdict = broken == 0 ? "All of it held" : "\(broken) of \(count) scenes broken"
        transcript.text("\n\(verdict), in \(seconds) s.")
        if keeps { try await keepRunning(stage, processes) }
        return broken == 0 ? .held : .broken(broken)
    }

    /// A scene that cannot be played to its end is broken; the next ones are played all the same.
    private func outcome(of scene: any DemoScene, on stage: DemoStage) async throws -> DemoOutcome {
        let start = stage.transcript.elapsed
        var figures = "not played to its end"
        do {
            figures = try await scene.play(on: stage)
        } catch {
            try Task.checkCancellation()
            stage.check(false, "\(error)")
        }
        try? await stage.sandbox.clearFaults()
        return DemoOutcome(
            title: scene.title, promise: scene.promise, figures: figures, faults: stage.takeFaults(),
            seconds: stage.transcript.elapsed - start)
    }

    /// Says what can be opened and waits for Ctrl-C, which cancels the task.
    private func keepRunning(_ stage: DemoStage, _ processes: DemoProcesses) async throws {
        var text = """

            Both processes go on until Ctrl-C. Open:
              write as a patient      \(stage.sandbox.base)/

            """
        for doctor in stage.doctors {
            let path = "/v1/tenants/\(doctor.tenantID)/connect-links"
            let link = try await stage.service.post(path, ["flow": .string(doctor.flow)])
            text += "  connect \(doctor.username.padding(toLength: 14, withPad: " ", startingAt: 0))  "
            text += (link["url"]?.string ?? "") + "\n"
        }
        text += """
              admin API               curl -H 'Authorization: Bearer \(stage.service.key)' \(stage.service.base)/v1/events
              metrics                 \(stage.service.base)/metrics
              logs                    \(processes.folder.path(percentEncoded: false))
            """
        stage.transcript.text(text)
        do {
            while true { try await Task.sleep(for: .seconds(3600)) }
        } catch {
            return
        }
    }
}
