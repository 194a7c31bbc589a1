internal import Synchronization

/// Statements that were rewritten before, for all connections of an engine.
final class RewritingCache: Sendable {
    private let known = Mutex<[String: PlaceholderRewriting]>([:])
    /// The repositories have some hundreds of statements; lists of placeholders of many lengths must not pile up.
    private static let limit = 2000

    subscript(sql: String) -> PlaceholderRewriting {
        known.withLock { known in
            if let rewriting = known[sql] { return rewriting }
            if known.count >= Self.limit { known.removeAll() }
            let rewriting = PlaceholderRewriting(sql)
            known[sql] = rewriting
            return rewriting
        }
    }
}
