internal import Storage
internal import Synchronization
internal import Tenancy

/// Appends the events of requests that arrive together in one transaction: whoever comes while a commit is under way
/// shares the next one. Nobody waits for company.
final class AppendBatcher: Sendable {
    private struct Waiting {
        var events: [NewEvent]
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isCommitting = false
    }

    private let store: TenancyStore
    private let state = Mutex(State())

    init(store: TenancyStore) {
        self.store = store
    }

    /// Returns once the events are durable.
    /// - Throws: what kept these very events from being stored; another request's odd event is not among it.
    func append(_ events: [NewEvent]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let leads = state.withLock { state in
                state.waiting.append(Waiting(events: events, continuation: continuation))
                defer { state.isCommitting = true }
                return !state.isCommitting
            }
            if leads { Task { await self.commitWhileSomeoneWaits() } }
        }
    }

    private func commitWhileSomeoneWaits() async {
        while true {
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isCommitting = false }
                return state.waiting
            }
            if batch.isEmpty { return }
            do {
                try await write(batch.flatMap(\.events))
                for request in batch { request.continuation.resume() }
            } catch let error as StorageError where error.blamesTheRow {
                for request in batch { await commitAlone(request) }
            } catch {
                for request in batch { request.continuation.resume(throwing: error) }
            }
        }
    }

    /// One of the requests has an odd event: each is stored by itself, its halves tried until that event stands alone.
    private func commitAlone(_ request: Waiting) async {
        do {
            try await bisect(request.events)
            request.continuation.resume()
        } catch {
            request.continuation.resume(throwing: error)
        }
    }

    private func bisect(_ events: [NewEvent]) async throws {
        do {
            try await write(events)
        } catch let error as StorageError where error.blamesTheRow {
            guard events.count > 1 else { return try await appendOdd(events) }
            let middle = events.count / 2
            try await bisect(Array(events[..<middle]))
            try await bisect(Array(events[middle...]))
        }
    }

    private func write(_ events: [NewEvent]) async throws {
        try await store.writeGlobal(.ingest) { rows in _ = try rows.append(events) }
    }

    /// An event that the database refuses as it is: kept with the system tenant, its odd columns left empty.
    private func appendOdd(_ events: [NewEvent]) async throws {
        for event in events {
            let bytes = try await store.keys(of: event.tenantID).open(event.payload, at: .eventPayload(event.id))
            let plain = try NewEvent(
                id: event.id, tenantID: .system, keys: try await store.keys(of: .system), receivedAt: event.receivedAt,
                app: event.app, object: "", accountID: "", container: "whole", siblings: 0, bytes: bytes)
            try await write([plain])
        }
    }
}
