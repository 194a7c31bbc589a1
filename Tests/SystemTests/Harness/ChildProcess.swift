import Foundation

/// The program, or another one, as a process of its own. Its output goes to files, so that not even SIGKILL loses a line.
final class ChildProcess: Sendable {
    private let process: Process
    private let outputURL: URL
    private let errorURL: URL

    /// - Parameters:
    ///   - arguments: of `clariva`.
    ///   - environment: the whole of it.
    ///   - folder: for the output files, and the working directory.
    ///   - program: another program than `clariva`.
    init(_ arguments: [String], environment: [String: String] = [:], folder: URL, program: URL? = nil) throws {
        let name = "\(program?.lastPathComponent ?? arguments.first ?? "clariva")-\(UUID().uuidString)"
        outputURL = folder.appending(path: name + ".out")
        errorURL = folder.appending(path: name + ".err")
        try Data().write(to: outputURL)
        try Data().write(to: errorURL)
        let process = Process()
        process.executableURL = try program ?? Executable.url()
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (try FileHandle(forWritingTo: outputURL), try FileHandle(forWritingTo: errorURL))
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // The child has its own. Hundreds of children would fill the descriptors up to where `select` cannot go.
        try output.close()
        try errors.close()
        self.process = process
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What it has written to standard output so far.
    var output: String { text(outputURL) }
    /// What it has written to standard error so far.
    var errors: String { text(errorURL) }
    var isRunning: Bool { process.isRunning }
    var processID: Int32 { process.processIdentifier }

    /// Whether SIGSTOP has reached it.
    var isStopped: Bool {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)) ?? ""
        return status.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    private func text(_ url: URL) -> String {
        String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    }

    /// The port of the record `listening`.
    func listeningPort(within limit: Duration = .seconds(120)) async throws -> Int {
        try await poll("the record `listening`", within: limit) {
            for line in self.output.split(separator: "\n") where line.contains("listening") {
                if let match = line.firstMatch(of: /port"?[=:] ?"?([0-9]+)/) { return Int(match.1) }
            }
            guard self.isRunning else { throw HarnessFailure("the process ended at once: \(self.errors)") }
            return nil
        }
    }

    /// Sends a signal to this very process.
    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Waits for its end.
    /// - Returns: the exit status; the negative signal where one ended it.
    func exitStatus(within limit: Duration = .seconds(120)) async throws -> Int32 {
        try await poll("the end of the process", within: limit, every: .milliseconds(5)) {
            self.process.isRunning ? nil : ()
        }
        return endStatus
    }

    /// The exit status of a process that has ended; the negative signal where one ended it.
    var endStatus: Int32 {
        process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    }

    /// Ends it as a power cut would.
    func killNow() async throws {
        signal(SIGKILL)
        _ = try await exitStatus()
    }
}
