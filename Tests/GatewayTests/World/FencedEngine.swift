import Storage
import Synchronization

/// The database as one process sees it: once fenced, that process is dead and none of its late writes lands.
final class FencedEngine: Engine {
    private let engine: any Engine
    private let stumbling: Stumbling
    private let fenced = Mutex(false)

    init(_ engine: any Engine, stumbling: Stumbling = Stumbling()) {
        self.engine = engine
        self.stumbling = stumbling
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
        if case .tenant = scope, let error = stumbling.take() { throw error }
        return try await engine.write(scope) { transaction in
            try self.check()
            return try body(transaction)
        }
    }

    func scrub() async throws {
        try check()
        try await engine.scrub()
    }

    func close() async {}

    private func check() throws {
        if fenced.withLock({ $0 }) { throw StorageError(.unavailable, "this process is dead") }
    }
}

/// Lets a tenant's next write fail, with an error of the test's choice.
final class Stumbling: Sendable {
    private struct State {
        var next: (any Error)?
        var hasStumbled = false
    }

    private let state = Mutex(State())

    /// - Parameter error: `nil` takes the last one back.
    func expect(_ error: (any Error)?) { state.withLock { $0.next = error } }

    /// Whether a write has failed for it.
    var hasStumbled: Bool { state.withLock { $0.hasStumbled } }

    fileprivate func take() -> (any Error)? {
        state.withLock { state in
            guard let error = state.next else { return nil }
            state = State(hasStumbled: true)
            return error
        }
    }
}
