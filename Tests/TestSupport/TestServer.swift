import Foundation

/// The PostgreSQL server that `scripts/with-postgres` starts for the tests.
public enum TestServer {
    /// Of the database `postgres`, as a superuser; `nil` without a server.
    public static let url = ProcessInfo.processInfo.environment["CLARIVA_TEST_POSTGRES_URL"]
    /// Where a missing server is a failure.
    public static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    public struct Failed: Error, CustomStringConvertible {
        public var description: String

        public init(description: String) {
            self.description = description
        }
    }

    /// The address of another database of the server.
    /// - Parameter role: who logs in; `nil` for the superuser.
    public static func url(
        ofDatabase name: String, as role: (name: String, password: String)? = nil
    ) throws -> String {
        guard let url, var parts = URLComponents(string: url) else {
            throw Failed(description: "no PostgreSQL server: run the tests by scripts/with-postgres")
        }
        parts.path = "/" + name
        if let role { (parts.user, parts.password) = (role.name, role.password) }
        guard let text = parts.string else { throw Failed(description: "the server's address cannot be changed") }
        return text
    }

    /// Runs SQL by psql, outside of what is tested.
    /// - Parameter database: its address; `nil` for the server's own.
    /// - Returns: the rows, a line each.
    @discardableResult
    public static func run(_ sql: String, on database: String? = nil) throws -> [String] {
        try psql(["-c", sql], on: try database ?? url(ofDatabase: "postgres"))
    }

    /// Runs statements one after another in one session, going on where one fails.
    /// - Returns: the rows of those that succeed, a line each.
    public static func runEach(_ statements: [String], on database: String) throws -> [String] {
        // The last one tells that the session has lived so long, and makes psql end well.
        let rows = try psql(
            ["-v", "ON_ERROR_STOP=0"] + (statements + ["SELECT 'end'"]).flatMap { ["-c", $0] }, on: database)
        guard rows.last == "end" else { throw Failed(description: "the session broke off") }
        return rows.dropLast()
    }

    /// Runs a file of SQL by psql, in one transaction.
    public static func run(file: URL, on database: String) throws {
        try psql(["-1", "-f", file.path], on: database)
    }

    /// Does what takes a while on a thread of its own: the pool has as few threads as the machine has cores, and tests that
    /// wait for each other need them.
    static func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// As ``aside(_:)``, for whoever does not wait for it.
    static func later(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    private static let queue = DispatchQueue(label: "clariva-tests-psql", attributes: .concurrent)

    @discardableResult
    private static func psql(_ arguments: [String], on address: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: String(decoding: complaint, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
