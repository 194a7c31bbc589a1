import Foundation
import Gateway
import Storage
import Tenancy

extension GatewayConfiguration {
    /// Opens the database. PostgreSQL is connected to with the first call, not here.
    /// - Parameters:
    ///   - exclusive: as the one service of an SQLite file.
    ///   - forMigrating: a change of the schema may take as long as it takes.
    /// - Throws: ``CommandFailure`` in words for an operator.
    func openEngine(exclusive: Bool, forMigrating: Bool = false) throws -> any Engine {
        switch database {
        case .sqlite(let path):
            do {
                return try SQLiteEngine(path: path, exclusive: exclusive)
            } catch let error as StorageError where error.kind == .busy {
                throw CommandFailure(
                    .failed,
                    "clariva: another clariva serve is running on the database \(path): stop that one first")
            } catch {
                throw CommandFailure(.failed, "clariva: cannot open the database \(path): \(error)")
            }
        case .postgres(var server):
            if forMigrating {
                server.statementTimeout = nil
                server.maxConnections = 1
            }
            return PostgresEngine(server)
        }
    }

    /// The path of an SQLite file that is not there; opening it would make it.
    var missingFile: String? {
        guard case .sqlite(let path) = database, !FileManager.default.fileExists(atPath: path) else { return nil }
        return path
    }

    /// Opens the database of a service that may be running, runs `body`, and closes it.
    /// - Throws: ``CommandFailure`` where the database cannot be used or its schema is not this program's.
    func withStore<Value>(_ body: (TenancyStore) async throws -> Value) async throws -> Value {
        guard let keyRing else { throw CommandFailure(.badConfiguration, "clariva: no encryption key") }
        if let missingFile {
            throw CommandFailure(.failed, "clariva: there is no database \(missingFile): run clariva migrate first")
        }
        let engine = try openEngine(exclusive: false)
        do {
            try await Migrator(engine).requireCurrent()
            let store = TenancyStore(engine: engine, keyRing: keyRing)
            // Commands may come before the first start of the service, and what they do is noted in the audit log.
            try await store.bootstrap(now: SystemClock().now)
            let value = try await body(store)
            await engine.close()
            return value
        } catch let error as StorageError {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)")
        } catch {
            await engine.close()
            throw error
        }
    }

    /// Refuses to run the service as a role that row-level security would not hold.
    /// - Throws: ``CommandFailure`` with status 78 and every right that is too much; ``StorageError``.
    func refuseExcessiveRights(_ engine: any Engine) async throws {
        let excess = try await PostgresRights(engine).excess()
        guard !excess.isEmpty else { return }
        let lines = excess.map { "  \($0.right)\n    fix: \($0.fix)" }
        throw CommandFailure(
            .badConfiguration,
            """
            clariva: the role in CLARIVA_DATABASE_URL may do more than the service needs, so that the database would not \
            keep tenants apart:
            \(lines.joined(separator: "\n"))
            """)
    }
}
