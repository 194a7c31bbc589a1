import Storage
import Synchronization
import Testing

/// A database that runs every statement without the application's own filter: whatever ties a tenant table's rows to one
/// tenant holds for every row. What then still keeps tenants apart is row-level security alone.
public final class UnfilteredEngine: Engine {
    private let engine: any Engine

    public init(_ engine: any Engine) {
        self.engine = engine
    }

    public var dialect: Dialect { engine.dialect }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.read(scope) { try body(UnfilteredTransaction($0)) }
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.write(scope) { try body(UnfilteredTransaction($0)) }
    }

    public func close() async { await engine.close() }
}

/// Statements without their filter by tenant.
public enum TenantFilter {
    /// - Returns: the statement with each tie to a tenant loosened, its parameters as they were. One that names no tenant
    ///   table stays as it is: row-level security is not for the global tables.
    public static func removed(from sql: String) -> String {
        if let known = known.withLock({ $0[sql] }) { return known }
        let statement = TenantStatement(sql, tenantTables: TenantTables.all)
        var loose = sql
        if !statement.tables.isEmpty {
            loose = sql.replacing(/\b([a-z_]+\.)?tenant_id = (\?[0-9]+|[a-z_]+\.tenant_id)/) { "(\($0.0) OR 1 = 1)" }
            // An INSERT gives its row's tenant as a value, which is no filter.
            let left = TenantStatement(loose, tenantTables: TenantTables.all)
            if !sql.hasPrefix("INSERT"), left.faults.count < left.tables.count {
                Issue.record("a filter by tenant was not removed\n\(sql)")
            }
        }
        known.withLock { $0[sql] = loose }
        return loose
    }

    private static let known = Mutex<[String: String]>([:])
}

/// A transaction whose statements lose their filter by tenant.
public struct UnfilteredTransaction: Transaction {
    private let transaction: any Transaction

    public init(_ transaction: any Transaction) {
        self.transaction = transaction
    }

    public func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        try transaction.execute(TenantFilter.removed(from: sql), values)
    }

    public func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        try transaction.executeBatch(TenantFilter.removed(from: sql), rows)
    }

    public func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try transaction.query(TenantFilter.removed(from: sql), values)
    }

    public func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
        try transaction.locking(TenantFilter.removed(from: sql), values, clause)
    }

    public func clock() throws(StorageError) -> Int64 { try transaction.clock() }

    public func enter(_ scope: Scope) throws(StorageError) { try transaction.enter(scope) }
}
