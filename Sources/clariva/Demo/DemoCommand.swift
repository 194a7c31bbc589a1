import ArgumentParser

/// `clariva demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows the main job from end to end against the built-in Meta sandbox.",
        discussion: """
            Starts `clariva sandbox` and `clariva serve` as processes of their own, with a database and keys that are \
            made for this run and removed after it. Doctors connect, one by each flow; patients write in every shape \
            in which Meta delivers messages, message_edit without a sender included; each gets exactly one reply. \
            Everything goes over HTTP on loopback; nothing leaves this machine.

            Prints what happens as it happens and a table at the end. Exit status: 0 only if all of it held, else 1.
            """)

    @Flag(help: "Leave both running at the end, print the pages to open, and wait for Ctrl-C.") var keep = false

    func run() async throws {
        let interruptions = Interruption.signals()
        let keep = keep
        let end = try await withThrowingTaskGroup(of: DemoRun.End?.self) { group -> DemoRun.End? in
            group.addTask { try await DemoRun(keeps: keep).play() }
            group.addTask {
                for await _ in interruptions { break }
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // After Ctrl-C the play still stops its processes, and says how it had gone.
            return try await group.next() ?? nil
        }
        switch end {
        case .held: return
        case .broken(let count):
            throw CommandFailure(.failed, "clariva: the demo did not hold in \(count) of its scenes")
        case nil: throw CommandFailure(.failed, "clariva: the demo was interrupted")
        }
    }
}
