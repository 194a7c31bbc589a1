internal import Synchronization

/// Lets one transaction of a tenant after the other begin, in the order in which they were asked for.
///
/// The database does the same by the tenant's row ("one writer a tenant"), but there each that waits holds a connection:
/// a few busy tenants would hold them all, and everybody else would wait with them.
final class TenantTurns: Sendable {
    /// Who waits, for each tenant of which a transaction is under way.
    private let waiting = Mutex<[TenantID: [CheckedContinuation<Void, Never>]]>([:])

    /// Waits until none of the tenant's is under way, runs the body, and lets the next one begin.
    func take<Value: Sendable>(_ tenant: TenantID, _ body: () async throws -> Value) async rethrows -> Value {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[tenant] != nil else {
                    waiting[tenant] = []
                    return true
                }
                waiting[tenant]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        defer { pass(tenant) }
        return try await body()
    }

    private func pass(_ tenant: TenantID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var others = waiting[tenant], !others.isEmpty else {
                waiting[tenant] = nil
                return nil
            }
            let next = others.removeFirst()
            waiting[tenant] = others
            return next
        }
        next?.resume()
    }
}
