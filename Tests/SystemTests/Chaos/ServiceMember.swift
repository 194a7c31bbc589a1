import Foundation
import Synchronization

/// One process of the service under supervision: whenever it ends it is started again, as systemd would.
final class ServiceMember: Sendable {
    /// What kind of process it is.
    struct Kind: Sendable {
        var name: String
        var arguments: [String]
        var port: Int
        /// The named points that it passes.
        var points: [String]
    }

    private struct State {
        var process: ChildProcess?
        /// Which start it is, from 1.
        var generation = 0
        /// The point at which the next start ends itself.
        var nextPoint: String?
        /// SIGKILL was sent.
        var isExpectedToEnd = false
        /// It was started to end itself.
        var isPointed = false
        var isRetired = false
        var lastStart: ContinuousClock.Instant?
        var ends: [(status: Int32, text: String)] = []
        var pointDeaths = 0
    }

    let kind: Kind
    private let environment: [String: String]
    private let folder: URL
    private let state = Mutex(State())

    /// A start that fails at once is tried again after this long.
    private static let breath = Duration.milliseconds(200)

    init(_ kind: Kind, environment: [String: String], folder: URL) {
        self.kind = kind
        self.environment = environment
        self.folder = folder
    }

    var generation: Int { state.withLock { $0.generation } }
    var process: ChildProcess? { state.withLock { $0.process } }
    /// How often it has ended itself at a named point.
    var pointDeaths: Int { state.withLock { $0.pointDeaths } }
    /// Ends that nobody asked for, with their exit status; the negative signal where one ended it.
    var ends: [(status: Int32, text: String)] { state.withLock { $0.ends } }

    /// Looks after the process until ``retire()``.
    func supervise() async throws {
        while !state.withLock({ $0.isRetired }) {
            try look()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func look() throws {
        try state.withLock { state in
            guard !state.isRetired, state.process?.isRunning != true else { return }
            if let process = state.process {
                let status = process.endStatus
                if !state.isExpectedToEnd {
                    if state.isPointed, status == -SIGKILL {
                        state.pointDeaths += 1
                    } else {
                        state.ends.append((status, "\(kind.name) ended with \(status): \(process.errors.suffix(300))"))
                    }
                }
                state.process = nil
            }
            if let last = state.lastStart, last.duration(to: .now) < Self.breath { return }
            var environment = environment
            if let point = state.nextPoint { environment["CLARIVA_FAULT_POINT"] = point }
            state.isPointed = state.nextPoint != nil
            state.isExpectedToEnd = false
            state.nextPoint = nil
            state.lastStart = .now
            state.generation += 1
            state.process = try ChildProcess(kind.arguments, environment: environment, folder: folder)
        }
    }

    /// SIGKILL; the next start is another generation.
    /// - Parameter point: where that one ends itself, as `CLARIVA_FAULT_POINT` has it.
    func kill(nextPoint point: String? = nil) {
        state.withLock { state in
            state.isExpectedToEnd = true
            if let point { state.nextPoint = point }
            state.process?.signal(SIGKILL)
        }
    }

    func signal(_ number: Int32) {
        process?.signal(number)
    }

    /// Whether SIGSTOP has reached it.
    var isStopped: Bool { process?.isStopped ?? false }

    /// Whether a start has got so far that it does its work.
    var isReady: Bool {
        guard let process, process.isRunning else { return false }
        return process.output.contains("\"listening\"")
    }

    /// Waits for a start after the given one to do its work.
    func ready(after generation: Int, within limit: Duration = .seconds(60)) async throws {
        do {
            try await poll("a start of \(kind.name)", within: limit) {
                self.generation > generation && self.isReady ? () : nil
            }
        } catch {
            let told = process.map { $0.output.suffix(500) + $0.errors.suffix(500) } ?? "it does not run"
            throw HarnessFailure("\(error); start \(self.generation): \(told); \(ends.last?.text ?? "")")
        }
    }

    /// Ends it for good, as an operator would.
    /// - Returns: its exit status; 0 is a clean end.
    func retire() async throws -> Int32 {
        let process = state.withLock { state in
            state.isRetired = true
            return state.process
        }
        process?.signal(SIGCONT)
        process?.signal(SIGTERM)
        return try await process?.exitStatus() ?? 0
    }
}
