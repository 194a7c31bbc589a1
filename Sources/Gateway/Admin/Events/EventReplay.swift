internal import Storage
public import Tenancy

/// Makes every parked or failed event of a filter due again.
public struct EventReplay: Sendable {
    /// What a replay did.
    public struct Outcome: Sendable, Hashable {
        /// How many events fitted.
        public var matched = 0
        /// How many were made due.
        public var replayed = 0

        /// Nothing yet.
        public init() {}
    }

    private let store: TenancyStore
    private let replay: @Sendable (EventID, TenantID) async throws -> Bool

    /// - Parameter replay: makes one event due; tells whether it could be.
    public init(store: TenancyStore, replay: @escaping @Sendable (EventID, TenantID) async throws -> Bool) {
        self.store = store
        self.replay = replay
    }

    /// - Parameters:
    ///   - filter: without a state, parked and failed events are meant; other states have nothing to replay.
    ///   - isDryRun: only count.
    public func run(_ filter: EventFilter, isDryRun: Bool) async throws -> Outcome {
        let states: [Event.State] = filter.state.map { [$0] } ?? [.parked, .failed]
        var outcome = Outcome()
        for state in states where state == .parked || state == .failed {
            var part = filter
            part.state = state
            var cursor: Identifier?
            repeat {
                let page = try await store.events(part, before: cursor, limit: 200)
                for event in page.items {
                    outcome.matched += 1
                    if !isDryRun, try await replay(event.id, event.tenantID) { outcome.replayed += 1 }
                }
                cursor = page.next
            } while cursor != nil
        }
        return outcome
    }
}
