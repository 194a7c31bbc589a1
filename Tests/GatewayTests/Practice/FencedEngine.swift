import Storage
import Synchronization

/// The database as one process sees it: once fenced, that process is dead and none of its late writes lands.
final class FencedEngine: Engine {
    private let engine: any Engine
    private let fenced = Mutex(false)

    init(_ engine: any Engine) {
        self.engine = engine
    }

    var dialect: Dialect { engine.dialect }

    func fence() { fenced.withLock { $0 = true } }

    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try check()
        return try await engine.read(scope, body)
    }

    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await engine.write(scope) { transaction in
            try self.check()
            return try body(transaction)
        }
    }

    func close() async {}

    private func check() throws {
        if fenced.withLock({ $0 }) { throw StorageError(.unavailable, "this process is dead") }
    }
}
