import Foundation
import Storage
import Testing

/// The PostgreSQL server that `scripts/with-postgres` starts for the tests.
enum TestServer {
    /// Of the database `postgres`, as a superuser.
    static let url = ProcessInfo.processInfo.environment["CLARIVA_TEST_POSTGRES_URL"]
    static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    static func url(ofDatabase name: String) throws -> String {
        let server = try #require(url)
        var parts = try #require(URLComponents(string: server))
        parts.path = "/" + name
        return try #require(parts.string)
    }

    /// Runs SQL by psql, outside of what is tested.
    /// - Returns: the rows, a line each.
    @discardableResult
    static func run(_ sql: String, on database: String? = nil) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let address = try database ?? #require(url)
        process.arguments = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", sql]
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
