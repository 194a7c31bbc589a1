import Foundation
import Synchronization

/// This very program a second time, as a process of its own, with its output in a file.
final class ChildProcess: Sendable {
    /// What the transcript calls it.
    let name: String
    /// Where its log records go.
    let output: URL
    private let process: Mutex<Process>

    /// Starts it.
    /// - Parameters:
    ///   - arguments: a subcommand with its options.
    ///   - variables: its whole environment, so that nothing of ours reaches it by accident.
    ///   - folder: its working directory and the place of its output.
    /// - Throws: Foundation's error where it cannot be started.
    init(_ name: String, _ arguments: [String], variables: [String: String], in folder: URL) throws {
        self.name = name
        output = folder.appending(path: "\(name).log")
        _ = FileManager.default.createFile(atPath: output.path(percentEncoded: false), contents: nil)
        let handle = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.environment = variables
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        try handle.close()
        self.process = Mutex(process)
    }

    /// The running program's own file. Linux names it in /proc; elsewhere its bundle does.
    private static func program() throws -> URL {
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return URL(filePath: path)
        }
        guard let url = Bundle.main.executableURL else { throw DemoFailure("cannot find the program's own file") }
        return url
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }
    var pid: Int32 { process.withLock { $0.processIdentifier } }
    /// Everything it has logged so far.
    var log: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    /// The port of its `listening` record.
    /// - Throws: ``DemoFailure`` with the end of its output where it ends before that, or takes too long.
    func port() async throws -> Int {
        try await until("\(name) listens", within: .seconds(20)) {
            for line in log.split(separator: "\n") where line.contains("listening") {
                if let match = line.firstMatch(of: /"?\bport"?[=:] ?"?([0-9]+)/), let port = Int(match.1) {
                    return port
                }
            }
            guard isRunning else {
                throw DemoFailure("clariva \(name) ended at once:\n\(log.suffix(2000))")
            }
            return nil
        }
    }

    /// SIGTERM, and SIGKILL where that does not end it within ten seconds.
    func stop() async {
        guard isRunning else { return }
        process.withLock { $0.terminate() }
        let deadline = ContinuousClock.now + .seconds(10)
        while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        if isRunning { kill(pid, SIGKILL) }
    }
}
