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
    /// Makes one event due, and leaves the note, if there is one, in the audit log of its tenant; tells whether it could be.
    public typealias Replay = @Sendable (EventID, TenantID, AuditNote?) async throws -> Bool

    private let replay: Replay

    /// - Parameter replay: makes one event due.
    public init(store: TenancyStore, replay: @escaping Replay) {
        self.store = store
        self.replay = replay
    }

    /// Each tenant's audit log has one entry in the end, written together with its first event: it tells of the filter, and
    /// not of every single event.
    /// - Parameters:
    ///   - filter: without a state, parked and failed events are meant; other states have nothing to replay.
    ///   - isDryRun: only count.
    public func run(_ filter: EventFilter, isDryRun: Bool) async throws -> Outcome {
        let states: [Event.State] = filter.state.map { [$0] } ?? [.parked, .failed]
        let note = AuditNote(.eventsReplay, detail: filter.detail)
        var noted: Set<TenantID> = []
        var outcome = Outcome()
        for state in states where state == .parked || state == .failed {
            var part = filter
            part.state = state
            var cursor: Identifier?
            repeat {
                let page = try await store.events(part, before: cursor, limit: 200, openingSenders: false)
                for event in page.items {
                    outcome.matched += 1
                    if isDryRun { continue }
                    let isFirst = !noted.contains(event.tenantID)
                    if try await replay(event.id, event.tenantID, isFirst ? note : nil) {
                        outcome.replayed += 1
                        noted.insert(event.tenantID)
                    }
                }
                cursor = page.next
            } while cursor != nil
        }
        return outcome
    }
}

extension EventFilter {
    /// For the audit log: what narrows it, by the names that the API has for it.
    fileprivate var detail: [String: AuditValue] {
        [
            "tenant_id": tenantID?.description, "instagram_page_id": accountID, "state": state?.rawValue,
            "reason": reason?.rawValue, "kind": kind, "received_after": receivedAfter?.rfc3339,
            "received_before": receivedBefore?.rfc3339,
        ].compactMapValues { $0.map(AuditValue.word) }
    }
}
