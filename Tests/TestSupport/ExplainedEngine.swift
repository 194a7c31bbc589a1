import Storage
import Synchronization

/// A database that asks for the plan of every query before it runs it.
public final class ExplainedEngine: Engine {
    /// What the engine does for one query.
    public struct Plan: Sendable, CustomStringConvertible {
        public var sql: String
        /// A line for each step.
        public var steps: [String]

        public var description: String { "\(sql)\n" + steps.joined(separator: "\n") }
    }

    private let engine: any Engine
    private let book = Mutex<[Plan]>([])

    public init(_ engine: any Engine) {
        self.engine = engine
    }

    public var dialect: Dialect { engine.dialect }

    /// The plans since the last time, in order.
    public func plans() -> [Plan] {
        book.withLock { plans in
            defer { plans = [] }
            return plans
        }
    }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.read(scope) { try body(ExplainedTransaction(transaction: $0, engine: self)) }
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.write(scope) { try body(ExplainedTransaction(transaction: $0, engine: self)) }
    }

    public func close() async { await engine.close() }

    fileprivate func explain(_ sql: String, _ values: [SQLValue], _ transaction: any Transaction) throws(StorageError) {
        var steps: [String] = []
        switch dialect {
        case .sqlite:
            for row in try transaction.query("EXPLAIN QUERY PLAN \(sql)", values) {
                var columns = row.columns
                for _ in 0..<3 { _ = try columns.integer() }
                steps.append(try columns.text())
            }
        case .postgres:
            for row in try transaction.query("EXPLAIN (COSTS OFF) \(sql)", values) {
                var columns = row.columns
                steps.append(try columns.text())
            }
        }
        book.withLock { $0.append(Plan(sql: sql, steps: steps)) }
    }
}

private struct ExplainedTransaction: Transaction {
    let transaction: any Transaction
    let engine: ExplainedEngine

    func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        try transaction.execute(sql, values)
    }

    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        try transaction.executeBatch(sql, rows)
    }

    func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try engine.explain(sql, values, transaction)
        return try transaction.query(sql, values)
    }

    func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
        try transaction.locking(sql, values, clause)
    }

    func clock() throws(StorageError) -> Int64 { try transaction.clock() }

    func enter(_ scope: Scope) throws(StorageError) { try transaction.enter(scope) }
}
