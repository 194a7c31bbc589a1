import Foundation
import Storage
import Synchronization
import TestSupport

/// A PostgreSQL server of the run's own, which can be killed and started again on the same folder and port.
final class PostgresServer: Sendable {
    let port: Int
    private let folder: URL
    private let logs: URL
    private let programs: URL
    private let settings: [String]
    private let password = UUID().uuidString
    private let process = Mutex<ChildProcess?>(nil)
    private let isRetired = Atomic(false)
    private let isHeldDown = Atomic(false)

    /// - Parameter role: `postgres`, `clariva_owner` or `clariva_app`.
    /// - Returns: the database's address for it.
    func url(_ role: String) -> String { "postgres://\(role):\(password)@127.0.0.1:\(port)/postgres" }

    /// Makes a fresh cluster; ``supervise()`` starts it.
    /// - Parameters:
    ///   - folder: of its data; it becomes the server's own user's.
    ///   - logs: where its output goes.
    ///   - settings: more of them, each `name=value`.
    init(folder: URL, logs: URL, settings: [String] = []) throws {
        self.folder = folder
        self.logs = logs
        self.settings = settings
        port = try FreePort.take()
        programs = try Self.newestPrograms()
        let secret = folder.appending(path: "password")
        try password.write(to: secret, atomically: true, encoding: .utf8)
        if geteuid() == 0 { try Self.run(URL(filePath: "/bin/chown"), ["-R", "postgres", folder.path], folder) }
        try Self.run(
            launcher("initdb").program,
            launcher("initdb").arguments + [
                "--pgdata=\(folder.appending(path: "data").path)", "--username=postgres", "--pwfile=\(secret.path)",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
            ], folder)
    }

    /// The newest server that is installed; Debian keeps its programs off the PATH.
    private static func newestPrograms() throws -> URL {
        let root = URL(filePath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let newest = versions.compactMap(Int.init).max()
        guard let newest else {
            throw HarnessFailure("PostgreSQL is not installed: run scripts/install-packages --test")
        }
        return root.appending(path: "\(newest)/bin")
    }

    /// PostgreSQL refuses to run as root.
    private func launcher(_ name: String) -> (program: URL, arguments: [String]) {
        let path = programs.appending(path: name).path
        guard geteuid() == 0 else { return (URL(filePath: path), []) }
        return (URL(filePath: "/usr/bin/setpriv"), ["--reuid=postgres", "--regid=postgres", "--init-groups", path])
    }

    private static func run(_ program: URL, _ arguments: [String], _ folder: URL) throws {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["HOME": "/tmp", "PATH": "/usr/bin:/bin"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HarnessFailure("\(program.lastPathComponent) \(arguments.last ?? "") failed")
        }
    }

    /// Starts the server whenever it is down, until ``retire()``.
    func supervise() async throws {
        while !isRetired.load(ordering: .acquiring) {
            try process.withLock { process in
                guard process?.isRunning != true, !isHeldDown.load(ordering: .acquiring) else { return }
                let (program, arguments) = launcher("postgres")
                // Syncing is on by default, and not named here: the command line would outweigh ALTER SYSTEM.
                process = try ChildProcess(
                    arguments + [
                        "-D", folder.appending(path: "data").path, "-p", String(port),
                        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=\(folder.path)",
                        "-c", "max_connections=200",
                        "-c", "min_wal_size=32MB", "-c", "max_wal_size=128MB",
                    ] + settings.flatMap { ["-c", $0] }, environment: ["HOME": "/tmp", "LC_ALL": "C.UTF-8"],
                    folder: logs, program: program)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Waits until it takes connections.
    func ready(within limit: Duration = .seconds(60)) async throws {
        try await poll("the PostgreSQL server", within: limit, every: .milliseconds(100)) { () -> Void? in
            let arguments = ["-q", "-h", "127.0.0.1", "-p", String(self.port)]
            return (try? Self.run(self.programs.appending(path: "pg_isready"), arguments, self.folder)) == nil
                ? nil : ()
        }
    }

    /// Ends the server and everything that it has started with SIGKILL, at once. The supervisor starts it again.
    /// - Parameter meanwhile: done to the folder while nothing runs.
    func killNow(_ meanwhile: (URL) throws -> Void = { _ in }) async throws {
        guard let server = process.withLock({ $0 }), server.isRunning else { return }
        isHeldDown.store(true, ordering: .releasing)
        defer { isHeldDown.store(false, ordering: .releasing) }
        let children = Self.children(of: server.processID)
        server.signal(SIGKILL)
        for child in children { kill(child, SIGKILL) }
        _ = try await server.exitStatus()
        // A backend that lives on would keep the new server from its shared memory.
        try await poll("the end of the server's processes") { children.allSatisfy { kill($0, 0) != 0 } ? () : nil }
        try meanwhile(folder)
    }

    /// Stops those of the server's processes that write the log out although nobody waits for it.
    func stopWriters() {
        guard let server = process.withLock({ $0 }) else { return }
        for child in Self.children(of: server.processID) {
            let title = (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)) ?? ""
            if ["walwriter", "background writer", "checkpointer"].contains(where: title.contains) {
                kill(child, SIGSTOP)
            }
        }
    }

    private static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let id = Int32(name), let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
            else { return nil }
            // pid (name) state parent ...
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == parent ? id : nil
        }
    }

    /// An engine that sees all rows, for looking and for breaking.
    func engine() throws -> PostgresEngine { PostgresEngine(try PostgresConfiguration(url: url("postgres"))) }

    /// Makes the service's roles, as an operator does.
    func makeRoles() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        try psql(["-1", "-f", root.appending(path: "deploy/postgres/roles.sql").path])
        try psql(["clariva_owner", "clariva_app"].flatMap { ["-c", "ALTER ROLE \($0) PASSWORD '\(password)'"] })
    }

    /// Runs psql as the superuser.
    func psql(_ arguments: [String]) throws {
        try Self.run(
            programs.appending(path: "psql"), ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url("postgres")] + arguments,
            logs)
    }

    /// Stops it for good.
    func retire() async throws {
        isRetired.store(true, ordering: .releasing)
        // INT is a fast shutdown: it ends connections.
        let server = process.withLock { $0 }
        server?.signal(SIGINT)
        _ = try await server?.exitStatus()
    }
}
