import Foundation
import Gateway
import Storage
import Tenancy

extension GatewayConfiguration {
    /// Opens the database.
    /// - Parameter exclusive: as the one service of this database.
    /// - Throws: ``CommandFailure`` in words for an operator.
    func openEngine(exclusive: Bool) throws -> any Engine {
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
        }
    }

    /// Opens the database of a service that may be running, runs `body`, and closes it.
    /// - Throws: ``CommandFailure`` where the schema is not this program's.
    func withStore<Value>(_ body: (TenancyStore) async throws -> Value) async throws -> Value {
        guard let keyRing else { throw CommandFailure(.badConfiguration, "clariva: no encryption key") }
        if case .sqlite(let path) = database, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(.failed, "clariva: there is no database \(path): run clariva migrate first")
        }
        let engine = try openEngine(exclusive: false)
        do {
            guard try await Migrator(engine).isCurrent() else {
                throw CommandFailure(.failed, "clariva: the database has no current schema: run clariva migrate first")
            }
            let value = try await body(TenancyStore(engine: engine, keyRing: keyRing))
            await engine.close()
            return value
        } catch {
            await engine.close()
            throw error
        }
    }
}

extension Migrator {
    /// Whether nothing is left to apply; a database without any schema is not current.
    fileprivate func isCurrent() async throws -> Bool {
        do {
            return try await pending().isEmpty
        } catch let error as StorageError where error.kind != .schema {
            return false
        }
    }
}
