internal import Storage
internal import Synchronization
internal import Tenancy

/// Appends the events of requests that arrive together in one transaction. Nobody waits for company, and the writer for
/// nobody.
///
/// On an engine with one writer whoever comes while rows are being inserted joins that transaction: the next one could not
/// begin before its commit anyway. Where each statement goes to a server and back, a transaction has one: it takes who
/// waits when it begins. Whoever comes then shares the next one.
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
        /// Writes that have begun and not ended.
        var writes = 0

        /// - Returns: whether a write is to begin; it is counted already.
        mutating func begins(atMost limit: Int) -> Bool {
            guard !isOpen, !waiting.isEmpty, writes < limit else { return false }
            isOpen = true
            writes += 1
            return true
        }
    }

    private let store: TenancyStore
    private let state = Mutex(State())
    private let hasOneWriter: Bool
    private let writeLimit: Int

    /// A transaction takes no more requests than this, so that its first does not wait for ever.
    private static let requestLimit = 256

    init(store: TenancyStore) {
        self.store = store
        hasOneWriter = store.engine.hasOneWriter
        // A second one at the same time would make both smaller, and rows are cheap where commits are not. An engine with one
        // writer puts them in line itself.
        writeLimit = hasOneWriter ? .max : 1
    }

    func append(_ events: [NewEvent], _ completion: @escaping Completion) {
        state.withLock { state in
            state.waiting.append(Waiting(events: events, completion: completion))
            begin(&state)
        }
    }

    private func begin(_ state: inout State) {
        if state.begins(atMost: writeLimit) { Task { await self.commit(Batch()) } }
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
                next += self.join(batch, limit: Self.requestLimit)
                while !next.isEmpty {
                    try rows.append(next.flatMap(\.events))
                    next = self.join(batch, limit: Self.requestLimit)
                }
            }
            FaultPoint.afterCommit.pass()
            for request in end(batch) { request.completion(nil) }
        } catch let error where error.blamesOneEvent {
            for request in end(batch) { await commitAlone(request) }
        } catch {
            for request in end(batch) { request.completion(error) }
        }
    }

    /// Moves whoever waits into the batch.
    /// - Returns: those who came. When there are none, or the batch is full or takes no more than once, it is closed, and
    ///   another takes whoever is left or comes next.
    private func join(_ batch: Batch, limit: Int) -> [Waiting] {
        batch.content.withLock { content in
            guard !content.isClosed else { return [] }
            return state.withLock { state -> [Waiting] in
                let came = Array(state.waiting.prefix(max(0, limit - content.requests.count)))
                state.waiting.removeFirst(came.count)
                content.requests += came
                if came.isEmpty || !hasOneWriter {
                    content.isClosed = true
                    state.isOpen = false
                    begin(&state)
                }
                return came
            }
        }
    }

    /// The write has ended.
    /// - Returns: whose events the batch held, or was about to.
    private func end(_ batch: Batch) -> [Waiting] {
        while !join(batch, limit: .max).isEmpty {}
        state.withLock { state in
            state.writes -= 1
            begin(&state)
        }
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
        } catch let error where error.blamesOneEvent {
            guard events.count > 1 else {
                // Whose tenant is gone is nobody's oddity: it is routed anew.
                if error.saysThatATenantIsGone { throw error }
                return try await appendOdd(events)
            }
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

extension Error {
    /// Other events may be stored without the one that this is about.
    fileprivate var blamesOneEvent: Bool {
        saysThatATenantIsGone || (self as? StorageError)?.blamesTheRow == true
    }

    /// An event was to be stored for a tenant that was deleted: the program noticed, or the database's policy.
    var saysThatATenantIsGone: Bool {
        self as? KeyError == .noTenant || (self as? StorageError)?.sqlState == .insufficientPrivilege
    }
}
