import Foundation
import Integrations
import Storage
import TestSupport

/// A gateway and workers, each a process of its own, on one PostgreSQL database, with the clinic's sandbox as Meta.
final class Fleet: Sendable {
    /// One worker of the fleet.
    struct Worker: Sendable {
        var process: ChildProcess
        /// Its name among the owners of shards.
        var id: String
    }

    /// Who owns the shards.
    struct Ownership: Sendable, Equatable {
        /// By the database's clock, not before it was so; milliseconds since 1970.
        var at: Int64
        /// How many shards each owner has; those of nobody are under an empty name.
        var shards: [String: Int]
    }

    let clinic: Clinic
    private let database: ServiceDatabase
    /// Sees all rows, and goes past any pooler.
    private let eye: PostgresEngine

    /// - Parameters:
    ///   - database: as an installation has it.
    ///   - url: where the processes find it, if not directly.
    init(_ database: ServiceDatabase, url: String? = nil) async throws {
        self.database = database
        eye = try database.superuserEngine()
        clinic = try await Clinic(extra: ["CLARIVA_DATABASE_URL": url ?? database.url])
    }

    /// Starts a process that takes webhooks and answers the API.
    /// - Parameter extra: more of its environment.
    func startGateway(_ extra: [String: String] = [:]) async throws -> ChildProcess {
        let process = try ChildProcess(
            ["serve", "--role", "gateway"], environment: clinic.environment.merging(extra) { $1 },
            folder: clinic.folder)
        _ = try await process.listeningPort()
        return process
    }

    /// Starts a worker and waits until the others know of it.
    /// - Parameter extra: more of its environment.
    func startWorker(_ extra: [String: String] = [:]) async throws -> Worker {
        let before = try await workers()
        let own = ["CLARIVA_HTTP_PORT": String(try FreePort.take())]
        let process = try ChildProcess(
            ["serve", "--role", "worker"],
            environment: clinic.environment.merging(own) { $1 }.merging(extra) { $1 }, folder: clinic.folder)
        let id = try await poll("a lease of the new worker") { () -> String? in
            guard process.isRunning else { throw HarnessFailure("the worker ended at once: \(process.errors)") }
            return try await self.workers().subtracting(before).first
        }
        return Worker(process: process, id: id)
    }

    private func workers() async throws -> Set<String> { Set(try await texts("SELECT id::text FROM workers")) }

    /// Rows of one text each, read by the superuser.
    func texts(_ sql: String) async throws -> [String] {
        try await eye.read(.global) { transaction in
            try transaction.query(sql, []).map { row in
                var columns = row.columns
                return try columns.text()
            }
        }
    }

    /// The database's clock; milliseconds since 1970.
    func now() async throws -> Int64 { try await eye.read(.global) { try $0.clock() } }

    /// Who owns the shards at this moment.
    func ownership() async throws -> Ownership {
        try await eye.read(.global) { transaction in
            let rows = try transaction.query(
                "SELECT COALESCE(owner::text, ''), COUNT(*) FROM shards GROUP BY owner", [])
            let shards = try rows.reduce(into: [String: Int]()) { shards, row in
                var columns = row.columns
                shards[try columns.text()] = try columns.count()
            }
            return Ownership(at: try transaction.clock(), shards: shards)
        }
    }

    /// Waits until the shards are shared so.
    func shared(_ shards: [String: Int]) async throws -> Ownership {
        try await poll("shards shared as \(shards.values.sorted())") {
            let found = try await self.ownership()
            return found.shards == shards ? found : nil
        }
    }

    /// A patient writes.
    func write(to doctor: Doctor, as person: String) async throws {
        try await clinic.sandbox.post(
            "messages",
            ["account": .string(doctor.username), "person": .string(person), "text": "Guten Tag, haben Sie Termine?"])
    }

    /// Whom the service has answered, as often as it has; waits for so many answers.
    func answered(atLeast count: Int) async throws -> [String] {
        try await poll("\(count) answers", every: .milliseconds(200)) {
            let sends = try await self.clinic.sandbox.get("sends")["data"]?.array ?? []
            return sends.count >= count ? sends.compactMap { $0["person"]?.string }.sorted() : nil
        }
    }

    /// Ends the processes as an operator does.
    func stop(_ processes: [ChildProcess]) async throws {
        for process in processes { process.signal(SIGTERM) }
        for process in processes {
            let status = try await process.exitStatus()
            guard status == 0 else { throw HarnessFailure("a process ended with \(status): \(process.errors)") }
        }
    }
}
