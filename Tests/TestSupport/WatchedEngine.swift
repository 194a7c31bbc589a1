import Storage
import Synchronization
import Testing

/// A database that looks at every statement before it runs: within a tenant's scope each tenant table has to be tied to
/// that very tenant, by the value that is bound; in the global scope none may be named; and the three kinds of statements
/// across tenants may do what they are for and nothing else. What breaks that is a failure of the running test.
public final class WatchedEngine: Engine {
    private let engine: any Engine

    public init(_ engine: any Engine) {
        self.engine = engine
    }

    public var dialect: Dialect { engine.dialect }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.read(scope) { try body(WatchedTransaction($0, scope)) }
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.write(scope) { try body(WatchedTransaction($0, scope)) }
    }

    public func scrub() async throws { try await engine.scrub() }

    public func close() async { await engine.close() }
}

/// What a statement does that its scope does not allow.
public enum TenantWatch {
    /// - Parameter rows: the values of each run.
    /// - Returns: `nil` where everything is in order.
    public static func fault(_ sql: String, _ rows: [[SQLValue]], _ scope: Scope) -> String? {
        let statement = statement(sql)
        let tables = Set(statement.tables)
        if tables.isEmpty { return nil }
        switch scope {
        case .tenant(let tenant):
            if !statement.faults.isEmpty { return "not tied to a tenant: \(statement.faults)" }
            for values in rows {
                for number in statement.parameters where values.count < number || values[number - 1] != .id(tenant) {
                    return "tied to another tenant than the transaction's"
                }
            }
            return nil
        case .global, .leases: return "touches \(tables.sorted()) in the global scope"
        case .ingest:
            let appends = sql.hasPrefix("INSERT INTO events") && sql.hasSuffix("ON CONFLICT DO NOTHING")
            return appends && tables == ["events"] ? nil : "receiving does more than append events"
        // As the policies of the row-level security say: of another table PostgreSQL would show nothing, without a word.
        case .shardLoad:
            let work: Set = ["connections", "erasures", "events", "notifications", "replies"]
            return reads(sql, tables, of: work) ? nil : "more than finding work"
        case .operators:
            let lists: Set = ["audit_log", "connections", "erasures", "events", "replies"]
            return reads(sql, tables, of: lists) ? nil : "more than an operator's list"
        }
    }

    /// Statements are few and run often: each is read once.
    private static func statement(_ sql: String) -> TenantStatement {
        if let known = known.withLock({ $0[sql] }) { return known }
        let statement = TenantStatement(sql, tenantTables: TenantTables.all)
        known.withLock { $0[sql] = statement }
        return statement
    }

    private static let known = Mutex<[String: TenantStatement]>([:])

    private static func reads(_ sql: String, _ tables: Set<String>, of allowed: Set<String>) -> Bool {
        (sql.hasPrefix("SELECT") || sql.hasPrefix("WITH")) && tables.isSubset(of: allowed)
    }
}

/// A transaction that looks at every statement; see ``WatchedEngine``.
public struct WatchedTransaction: Transaction {
    private let transaction: any Transaction
    private let scope: Current

    /// The scope of the moment: ``enter(_:)`` changes it.
    private final class Current {
        var scope: Scope
        init(_ scope: Scope) { self.scope = scope }
    }

    public init(_ transaction: any Transaction, _ scope: Scope) {
        self.transaction = transaction
        self.scope = Current(scope)
    }

    private func look(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) {
        guard let fault = TenantWatch.fault(sql, rows, scope.scope) else { return }
        // Both: the error may be swallowed, and the record tells which statement it was.
        Issue.record("\(fault)\n\(sql)")
        throw StorageError(.schema, fault)
    }

    public func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        try look(sql, [values])
        return try transaction.execute(sql, values)
    }

    public func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        try look(sql, rows)
        return try transaction.executeBatch(sql, rows)
    }

    public func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try look(sql, [values])
        return try transaction.query(sql, values)
    }

    public func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
        try look(sql, [values])
        return try transaction.locking(sql, values, clause)
    }

    public func clock() throws(StorageError) -> Int64 { try transaction.clock() }

    public func enter(_ scope: Scope) throws(StorageError) {
        self.scope.scope = scope
        try transaction.enter(scope)
    }
}
