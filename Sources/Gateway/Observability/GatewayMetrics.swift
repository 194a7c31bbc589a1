public import Integrations
public import Metrics
internal import Synchronization
public import Tenancy

/// Every metric of the service as a function, so that no name or label is written twice.
///
/// Labels are words of closed sets; ids of tenants, accounts and patients are never among them.
public final class GatewayMetrics: Sendable {
    private let factory: any MetricsFactory
    private let acknowledgement: Recorder
    private let latency: Recorder
    private let counters = Mutex<[Key: Counter]>([:])
    private let meters = Mutex<[Key: Meter]>([:])
    private let connectionPairs = Mutex<Set<ConnectionPair>>([])

    private struct ConnectionPair: Hashable {
        var flow: String
        var state: String
    }

    private struct Key: Hashable {
        var name: String
        var first = ""
        var second = ""
        var third = ""
    }

    /// - Parameter factory: where the numbers go; nothing is registered for the whole process.
    public init(_ factory: any MetricsFactory) {
        self.factory = factory
        acknowledgement = Recorder(
            label: "clariva_webhook_ack_seconds", dimensions: [], aggregate: true, factory: factory)
        latency = Recorder(label: "clariva_reply_latency_seconds", dimensions: [], aggregate: true, factory: factory)
    }

    /// A webhook request was answered.
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - app: whose secret signed it, or `none`.
    public func webhookRequest(status: Int, app: String) {
        count("clariva_webhook_requests_total", ("status", "\(status)"), ("app", app))
    }

    /// From the first byte of a webhook's body at hand to its durable 200.
    public func acknowledged(seconds: Double) { acknowledgement.record(seconds) }

    /// An event reached a state for this reason.
    public func event(kind: String, reason: String) {
        count("clariva_events_total", ("kind", kind), ("reason", reason))
    }

    /// How many events are parked for this reason now.
    public func parked(reason: String, count: Int) {
        meter("clariva_events_parked", ("reason", reason)).set(Double(count))
    }

    /// A sender was established by this strategy.
    public func senderResolved(strategy: String) {
        count("clariva_sender_resolutions_total", ("strategy", strategy))
    }

    /// Replies came into other states, however that became known. One that was sent also tells how long it took since
    /// its webhook.
    public func replies(_ transitions: [ReplyTransition]) {
        for transition in transitions {
            count("clariva_replies_total", ("state", transition.state.rawValue))
            if let milliseconds = transition.sinceWebhook { latency.record(Double(milliseconds) / 1000) }
        }
    }

    /// Age of the oldest work of a stage (`process`, `send`, `erase`); 0 where none waits.
    public func queueOldest(stage: String, seconds: Double) {
        meter("clariva_queue_oldest_seconds", ("stage", stage)).set(seconds)
    }

    /// A call to Meta ended. Where it tells how much of its limit the app has used up, that is noted: at 100 every account
    /// of the app is made to wait.
    public func graphRequest(_ call: GraphObservation) {
        count(
            "clariva_graph_requests_total", ("flow", call.flow), ("operation", call.operation.rawValue),
            ("outcome", call.outcome))
        guard let percent = call.usage.appPercent else { return }
        meter("clariva_graph_app_usage_percent", ("flow", call.flow)).set(Double(percent))
    }

    /// How many connections of each flow are in each state now; a pair that was told before and is missing has none left.
    public func connections(_ counts: [(flow: String, state: String, count: Int)]) {
        let now = Set(counts.map { ConnectionPair(flow: $0.flow, state: $0.state) })
        let gone = connectionPairs.withLock { known in
            defer { known.formUnion(now) }
            return known.subtracting(now)
        }
        for pair in gone { meter("clariva_connections", ("flow", pair.flow), ("state", pair.state)).set(0.0) }
        for (flow, state, count) in counts {
            meter("clariva_connections", ("flow", flow), ("state", state)).set(Double(count))
        }
    }

    /// Seconds until the first token ends; `nil` where no connection has one that does: not shown then, or, where one had,
    /// as not a number.
    public func tokenExpiryMinimum(seconds: Double?) {
        let name = "clariva_token_expiry_seconds_min"
        if seconds == nil, meters.withLock({ $0[Key(name: name)] == nil }) { return }
        meter(name).set(seconds ?? .nan)
    }

    /// Retention deleted so many rows: `event`, `payload` (the event stays), `reply`, `message`, `conversation`, `patient`,
    /// `idempotency_key`, `notification`, `audit`.
    public func retentionDeleted(what: String, count: Int) {
        self.count("clariva_retention_deleted_total", ("what", what), by: count)
    }

    /// An erasure was finished: of a `patient` or a `tenant`.
    public func erased(_ kind: Erasure.Kind) {
        count("clariva_erasures_total", ("kind", kind.rawValue))
    }

    /// A token was to be renewed: `renewed`, `failed` (tried again), `dead`, `postponed` (Meta calls many tokens dead at
    /// once), `foreign` (the new one is another account's), `superseded` (somebody connected anew meanwhile).
    public func tokenRefresh(outcome: String) {
        count("clariva_token_refreshes_total", ("outcome", outcome))
    }

    /// Whether sending through a flow pauses because many accounts fail at once.
    public func breaker(flow: String, isOpen: Bool) {
        meter("clariva_breaker_open", ("flow", flow)).set(isOpen ? 1.0 : 0.0)
    }

    /// An attempt to tell an owner something ended: `delivered`, `failed` (tried again), `given_up`.
    public func notification(outcome: String) {
        count("clariva_notifications_total", ("outcome", outcome))
    }

    /// A request of the admin API was refused because there were too many.
    /// - Parameter counted: what was counted: `key`, `token` or `address`.
    public func rateLimited(by counted: String) {
        count("clariva_api_rate_limited_total", ("by", counted))
    }

    private func count(_ name: String, _ labels: (String, String)..., by amount: Int = 1) {
        let key = Self.key(name, labels)
        let counter = counters.withLock { counters in
            if let known = counters[key] { return known }
            let counter = Counter(label: name, dimensions: labels, factory: factory)
            counters[key] = counter
            return counter
        }
        counter.increment(by: amount)
    }

    private func meter(_ name: String, _ labels: (String, String)...) -> Meter {
        let key = Self.key(name, labels)
        return meters.withLock { meters in
            if let known = meters[key] { return known }
            let meter = Meter(label: name, dimensions: labels, factory: factory)
            meters[key] = meter
            return meter
        }
    }

    private static func key(_ name: String, _ labels: [(String, String)]) -> Key {
        Key(
            name: name, first: labels.first?.1 ?? "", second: labels.count > 1 ? labels[1].1 : "",
            third: labels.count > 2 ? labels[2].1 : "")
    }

    /// Help texts and buckets of these metrics, for ``PrometheusRegistry``.
    public static let descriptions: [String: PrometheusRegistry.Description] = [
        "clariva_webhook_requests_total": .init("Webhook requests by HTTP status and signing app."),
        "clariva_webhook_ack_seconds": .init(
            "From a webhook's body to its durable answer.", buckets: PrometheusRegistry.standardBuckets),
        "clariva_events_total": .init("Processed events by kind and reason."),
        "clariva_events_parked": .init("Events that wait for evidence or a connection, by reason."),
        "clariva_sender_resolutions_total": .init("Senders established, by strategy."),
        "clariva_replies_total": .init("Replies by the state they came into."),
        "clariva_reply_latency_seconds": .init(
            "From the webhook to the sent reply.", buckets: PrometheusRegistry.standardBuckets),
        "clariva_queue_oldest_seconds": .init("Age of the oldest waiting work of a stage."),
        "clariva_graph_app_usage_percent": .init("How much of an app's limit of calls is used up, as Meta last told."),
        "clariva_graph_requests_total": .init("Calls to Meta by flow, operation and outcome."),
        "clariva_connections": .init("Connections by flow and state."),
        "clariva_token_expiry_seconds_min": .init("Seconds until the first token ends."),
        "clariva_token_refreshes_total": .init("Renewals of tokens by their outcome."),
        "clariva_breaker_open": .init("Whether sending through a flow pauses because many accounts fail at once."),
        "clariva_notifications_total": .init("Attempts to call the operational webhook, by their outcome."),
        "clariva_api_rate_limited_total": .init(
            "Requests of the admin API refused for being too many, by what counted."),
        "clariva_erasures_total": .init("Finished erasures, by what was erased."),
        "clariva_retention_deleted_total": .init("Rows deleted because of their age, and payloads emptied, by what."),
    ]
}
