internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// Deletes what has become too old: sealed payloads, events, messages with their replies, what is left of their
/// conversations, and the beginning of the audit log. Small batches, a transaction each, one tenant after another; nothing ever waits for more than one batch.
///
/// It runs in slices: the sweep gives it one every time, and a round over all tenants begins once an hour.
final class Retention: Sendable {
    /// Ages one tenant's rows within a transaction.
    typealias Body = @Sendable (TenantRows) throws -> RetentionBatch
    /// Runs a body in a transaction, as the owner of the tenant's shard. It throws ``ShardLost`` where that is another.
    typealias Write = @Sendable (TenantID, @escaping Body) async throws -> RetentionBatch

    private let page: Int
    private let batchesPerSlice: Int
    private let ages: GatewayConfiguration.Retention
    private let messagingWindow: Int
    private let metrics: GatewayMetrics
    private let logger: Logger
    private let round = Mutex(RetentionRound())

    /// - Parameters:
    ///   - ages: in days.
    ///   - messagingWindow: in seconds.
    ///   - page: rows that a step of a batch looks at.
    ///   - batchesPerSlice: with pages of this size up to ten thousand rows, half a second's work.
    init(
        ages: GatewayConfiguration.Retention, messagingWindow: Int, metrics: GatewayMetrics, logger: Logger,
        page: Int = 250, batchesPerSlice: Int = 40
    ) {
        self.page = page
        self.batchesPerSlice = batchesPerSlice
        self.ages = ages
        self.messagingWindow = messagingWindow
        self.metrics = metrics
        self.logger = logger
    }

    /// Does one slice of the work; slices must not overlap.
    /// - Parameters:
    ///   - stepsBack: whether something more urgent needs the machine now: then the slice ends, and the next one goes on.
    ///   - tenants: whose rows this process ages; asked once a round.
    ///   - write: runs a batch.
    /// - Throws: what `tenants` throws, and what `write` throws when the database is at fault and not the rows.
    func slice(
        now: Timestamp, stepsBack: () -> Bool, tenants: () async throws -> [TenantID], write: Write
    ) async throws {
        let limits = ages.limits(now: now, messagingWindow: messagingWindow)
        if stepsBack() { return }
        if round.withLock({ $0.isDue(now: now) }) {
            let tenants = try await tenants()
            round.withLock { $0.begin(tenants, now: now) }
        }
        for _ in 0..<batchesPerSlice {
            guard !stepsBack(), !Task.isCancelled, let turn = round.withLock({ $0.next() }) else { return }
            do {
                let batch = try await write(turn.tenant) { [page] rows in
                    try rows.age(
                        from: turn.position, payloadsDone: turn.payloadsDone, limits: limits, page: page, now: now)
                }
                for (step, count) in batch.counts { metrics.retentionDeleted(what: step.label, count: count) }
                round.withLock { $0.did(batch) }
                if let broken = batch.auditBreak {
                    logger.error(
                        "audit log does not hold, and is not aged from there on",
                        metadata: ["tenant_id": "\(turn.tenant)", "break": "\(broken)"])
                }
            } catch is ShardLost {
                round.withLock { $0.skip() }
            } catch let error as StorageError where [.unavailable, .busy, .input].contains(error.kind) {
                // The turn stays where it is: the next slice begins with it.
                throw error
            } catch {
                round.withLock { $0.skip() }
                logger.error(
                    "retention left a tenant out",
                    metadata: ["tenant_id": "\(turn.tenant)", "error": "\(LoggableError.describe(error))"])
            }
        }
    }
}

extension GatewayConfiguration.Retention {
    /// The moments before which things are too old.
    /// - Parameter messagingWindow: in seconds; what is parked for less keeps everything.
    func limits(now: Timestamp, messagingWindow: Int) -> RetentionLimits {
        func moment(_ days: Int) -> Timestamp? { days == 0 ? nil : now.adding(seconds: -days * 86_400) }
        return RetentionLimits(
            payloads: moment(payloadDays), events: moment(eventDays), messages: moment(messageDays),
            audit: moment(auditDays), requests: now.adding(seconds: -TenantRows.idempotencySeconds),
            notices: now.adding(seconds: -TenantRows.noticeSeconds), parked: now.adding(seconds: -messagingWindow))
    }
}

extension RetentionStep {
    /// The metric's word for what was deleted.
    var label: String {
        switch self {
        case .events: "event"
        case .payloads: "payload"
        case .replies: "reply"
        case .messages: "message"
        case .conversations: "conversation"
        case .patients: "patient"
        case .audit: "audit"
        case .requests: "idempotency_key"
        case .notices: "notification"
        }
    }
}
