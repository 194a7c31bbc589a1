public import Storage
public import Tenancy

/// Looks at the database: does it answer, is its schema this program's, may its role do no more than it should, do the
/// configured keys open what is in it.
public struct DatabaseCheck: Sendable {
    private let engine: any Engine
    /// The same database as rows.
    public let store: TenancyStore

    /// - Parameters:
    ///   - engine: open.
    ///   - store: over the same engine.
    public init(engine: any Engine, store: TenancyStore) {
        self.engine = engine
        self.store = store
    }

    /// - Returns: the first fault ends the list: what follows rests on it.
    public func run() async -> [CheckResult] {
        var results: [CheckResult] = []
        do {
            let missing = try await Migrator(engine).pending()
            guard missing.isEmpty else {
                let detail = "missing: " + missing.map(\.title).joined(separator: ", ")
                return [CheckResult("schema", .fail, detail, fix: "run clariva migrate")]
            }
            results.append(CheckResult("schema", .pass, "current"))
            results += try await rights()
        } catch let error as StorageError where error.kind == .schema {
            return [CheckResult("schema", .fail, error.context, fix: "run the program version that the database needs")]
        } catch let error as StorageError where error.kind == .unavailable {
            return [
                CheckResult(
                    "database", .fail, error.context,
                    fix: "start the server, and look at host, role and password in CLARIVA_DATABASE_URL")
            ]
        } catch let error as StorageError where error.sqlState == .insufficientPrivilege {
            return [
                CheckResult("database", .fail, error.context, fix: "run deploy/postgres/roles.sql on this database")
            ]
        } catch {
            return [CheckResult("schema", .fail, "cannot be read", fix: "run clariva migrate")]
        }
        results.append(await keys())
        return results
    }

    /// What would keep the service from starting; SQLite has no roles.
    private func rights() async throws -> [CheckResult] {
        guard engine.dialect == .postgres else { return [] }
        let excess = try await PostgresRights(engine).excess()
        guard !excess.isEmpty else { return [CheckResult("rights", .pass, "the role may do no more than it should")] }
        return excess.map { CheckResult("rights", .fail, $0.right, fix: $0.fix) }
    }

    /// Opens every tenant's data key: one that is wrapped under a key that is gone would be found only when needed.
    private func keys() async -> CheckResult {
        var count = 0
        var cursor: TenantID?
        do {
            _ = try await store.keys(of: .system)
            while true {
                let page = try await store.tenants(after: cursor, limit: 200)
                guard let last = page.last else { break }
                for tenant in page {
                    _ = try await store.keys(of: tenant.id)
                    count += 1
                }
                cursor = last.id
            }
            return CheckResult("keys", .pass, "the data keys of \(count) tenants open")
        } catch KeyError.noTenant where count == 0 {
            return CheckResult("keys", .warn, "no service has run on this database yet", fix: "start the service")
        } catch let error as KeyError {
            return CheckResult("keys", .fail, "\(error)", fix: "put that key back into CLARIVA_ENCRYPTION_KEYS")
        } catch {
            return CheckResult(
                "keys", .fail, "a tenant's data key does not open",
                fix: "CLARIVA_ENCRYPTION_KEYS must hold the keys that this database was written with")
        }
    }
}
