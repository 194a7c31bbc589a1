internal import Storage
internal import Synchronization
internal import Tenancy

/// Appends the events of requests that arrive together in one transaction: whoever comes while a commit is under way, or
/// while the rows before are being inserted, shares the next one. Nobody waits for company, and the writer for nobody.
final class AppendBatcher: Sendable {
    /// Hears that the events are durable, or what kept these very events from being stored; another request's odd event
    /// is not among it.
    typealias Completion = @Sendable ((any Error)?) -> Void

    private struct Waiting {
        var events: [NewEvent]
        var completion: Completion
    }

    private struct State {
        var waiting: [Waiting] = []
        /// A write is on its way that will take whoever waits.
        var isOpen = false
    }

    private let store: TenancyStore
    private let state = Mutex(State())

    /// A transaction takes no more requests than this, so that its first does not wait for ever.
    private static let requestLimit = 256

    init(store: TenancyStore) {
        self.store = store
    }

    func append(_ events: [NewEvent], _ completion: @escaping Completion) {
        let leads = state.withLock { state in
            state.waiting.append(Waiting(events: events, completion: completion))
            defer { state.isOpen = true }
            return !state.isOpen
        }
        if leads { Task { await self.commit(Batch()) } }
    }

    /// The requests of one transaction.
    private final class Batch: Sendable {
        /// An engine that runs a body again gives it the same requests, and no further ones once it was closed.
        let content = Mutex<(requests: [Waiting], isClosed: Bool)>(([], false))
    }

    private func commit(_ batch: Batch) async {
        do {
            try await store.writeGlobal(.ingest) { rows in
                var next = batch.content.withLock { $0.requests }
                repeat {
                    try rows.append(next.flatMap(\.events))
                    next = self.join(batch, limit: Self.requestLimit)
                } while !next.isEmpty
            }
            FaultPoint.afterCommit.pass()
            for request in close(batch) { request.completion(nil) }
        } catch let error as StorageError where error.blamesTheRow {
            for request in close(batch) { await commitAlone(request) }
        } catch {
            for request in close(batch) { request.completion(error) }
        }
    }

    /// Moves whoever waits into the batch.
    /// - Returns: those who came. When there are none, or the batch is full, it is closed, and another takes whoever is left
    ///   or comes next.
    private func join(_ batch: Batch, limit: Int) -> [Waiting] {
        batch.content.withLock { content in
            guard !content.isClosed else { return [] }
            let came = state.withLock { state -> [Waiting] in
                guard content.requests.count < limit, !state.waiting.isEmpty else {
                    content.isClosed = true
                    state.isOpen = !state.waiting.isEmpty
                    if state.isOpen { Task { await self.commit(Batch()) } }
                    return []
                }
                let came = Array(state.waiting.prefix(limit - content.requests.count))
                state.waiting.removeFirst(came.count)
                return came
            }
            content.requests += came
            return came
        }
    }

    /// - Returns: whose events the batch held, or was about to.
    private func close(_ batch: Batch) -> [Waiting] {
        while !join(batch, limit: .max).isEmpty {}
        return batch.content.withLock { $0.requests }
    }

    /// One of the requests has an odd event: each is stored by itself, its halves tried until that event stands alone.
    private func commitAlone(_ request: Waiting) async {
        do {
            try await bisect(request.events)
            request.completion(nil)
        } catch {
            request.completion(error)
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
