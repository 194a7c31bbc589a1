public import Integrations
internal import Synchronization

/// The sandbox without its HTTP server: holds the world, gives it the time and delivers its webhooks. Tests in the same
/// process call it directly; the control API and the pages call it too.
public final class SandboxControl: Sendable {
    /// A clock as the control API sets it.
    enum Clock: Sendable {
        case real(offset: Int64)
        case fixed(Int64)
    }

    struct State: Sendable {
        var world: SandboxWorld
        var clock = Clock.real(offset: 0)
        var drains: [CheckedContinuation<Void, Never>] = []
        var waits: [(items: Set<Int>, continuation: CheckedContinuation<Void, Never>)] = []
        var sendWaits: [SendWait] = []
        var countedSends = -1
        var isStopped = false
    }

    let poster: WebhookPoster
    let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation
    let state: Mutex<State>
    private let realNow: @Sendable () -> Int64

    /// - Parameters:
    ///   - configuration: the world's.
    ///   - transport: carries the webhooks.
    ///   - now: real time, milliseconds since 1970; world time is the same unless a clock is set.
    public init(
        configuration: SandboxConfiguration, transport: any HTTPTransport, now: @escaping @Sendable () -> Int64
    ) {
        poster = WebhookPoster(transport: transport)
        state = Mutex(State(world: SandboxWorld(configuration: configuration)))
        realNow = now
        (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs something on the world at the present moment, then looks for what has to be delivered.
    func apply<Result: Sendable, Failure: Error>(
        _ body: (inout SandboxWorld) throws(Failure) -> sending Result
    ) throws(Failure) -> Result {
        defer {
            for ready in state.withLock({ $0.readySendWaits() }) { ready.resume() }
            wakeup.yield()
        }
        return try state.withLock { (state: inout State) throws(Failure) -> sending Result in
            // Read here: of two calls at once the later one must not take time back.
            state.world.moment = state.moment(realNow())
            return try body(&state.world)
        }
    }

    /// World time, milliseconds since 1970.
    public var now: Int64 {
        let real = realNow()
        return state.withLock { $0.moment(real).world }
    }

    /// Sets world time: an absolute one stands still, an offset runs on from real time.
    /// - Parameters:
    ///   - milliseconds: absolute, since 1970.
    ///   - offset: milliseconds ahead of real time; used where there is no absolute time.
    public func setClock(milliseconds: Int64? = nil, offset: Int64 = 0) {
        state.withLock { $0.clock = milliseconds.map { .fixed($0) } ?? .real(offset: offset) }
    }

    /// Starts over with an empty world and the same configuration; deliveries under way are forgotten.
    /// - Parameter seed: a new seed; `nil` keeps the old one.
    public func reset(seed: UInt64? = nil) {
        let (drains, waits) = state.withLock { state in
            var configuration = state.world.configuration
            if let seed { configuration.seed = seed }
            let old = state.world.queue
            state.world = SandboxWorld(configuration: configuration)
            state.world.queue.continueNumbers(of: old)
            defer { (state.drains, state.waits) = ([], []) }
            return (state.drains, state.waits)
        }
        for drain in drains { drain.resume() }
        for wait in waits { wait.continuation.resume() }
    }

    /// Waits until every delivery has been tried, those that are delayed included. Retries that are not due are not
    /// waited for; while deliveries are paused only those under way are.
    public func drain() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.isStopped || state.isDrained(realNow()) { return true }
                state.drains.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
            wakeup.yield()
        }
    }

    /// Waits until the queued items have been tried once. A pause or a missing callback also ends the waiting.
    func waitForDelivery(of items: [Int]) async {
        guard !items.isEmpty else { return }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                // They may have been delivered since they were queued: nobody would come back for those.
                let open = state.world.queue.untried(items)
                if state.isStopped || state.isHeldBack || open.isEmpty { return true }
                state.waits.append((open, continuation))
                return false
            }
            if isDone { continuation.resume() }
            wakeup.yield()
        }
    }

    /// Delivers until the task is cancelled. ``SandboxServer`` runs it; who uses the control alone has to.
    public func deliver() async {
        await withDiscardingTaskGroup { group in
            var timer: Task<Void, Never>?
            for await _ in wakeups {
                let real = realNow()
                let (due, url, next) = takeDue(real)
                resumeReady(real)
                for delivery in due {
                    group.addTask { await self.post(delivery, to: url) }
                }
                // Anew in each round: it sleeps by a clock that goes on evenly, and the one that says what is due may be
                // set back meanwhile.
                timer?.cancel()
                timer = next.map { next in Task { await self.wakeUp(after: next - real) } }
            }
            timer?.cancel()
            group.cancelAll()
        }
        stopWaiting()
    }

    private func wakeUp(after milliseconds: Int64) async {
        // A timer that was replaced makes no round: it would never end.
        guard (try? await Task.sleep(for: .milliseconds(max(1, milliseconds)))) != nil else { return }
        wakeup.yield()
    }

    private func takeDue(_ real: Int64) -> ([PendingDelivery], String, Int64?) {
        state.withLock { state in
            guard let url = state.world.configuration.callbackURL else { return ([], "", nil) }
            let configuration = state.world.configuration
            let due = state.world.queue.takeDue(
                state.moment(real), batch: configuration.batchSize, limit: configuration.concurrency)
            return (due, url, state.world.queue.nextDue(after: real))
        }
    }

    private func post(_ delivery: PendingDelivery, to url: String) async {
        let secret = state.withLock { $0.world.configuration.app(delivery.app).secret }
        let status = await poster.post(delivery.body, to: url, signature: .with(secret: secret)).status
        settle(delivery, status: status)
        wakeup.yield()
    }

    private func settle(_ delivery: PendingDelivery, status: Int) {
        let real = realNow()
        let resumed = state.withLock { state in
            let dropped = state.world.queue.settle(
                delivery.id, status: status, at: real, intervals: state.world.configuration.retryIntervals)
            if let dropped, state.world.configuration.unsubscribesAfterDrop { state.world.unsubscribe(dropped) }
            for index in state.waits.indices { state.waits[index].items.subtract(delivery.events) }
            return state.takeReady(real)
        }
        for continuation in resumed { continuation.resume() }
    }

    private func resumeReady(_ real: Int64) {
        for continuation in state.withLock({ $0.takeReady(real) }) { continuation.resume() }
    }

    /// Lets everybody go who waits, now and from now on. A server that shuts down waits for its answers, and they would
    /// wait for deliveries that nobody makes any more.
    func stopWaiting() {
        let resumed = state.withLock { state in
            state.isStopped = true
            defer { (state.drains, state.waits, state.sendWaits) = ([], [], []) }
            return state.drains + state.waits.map(\.continuation) + state.sendWaits.map(\.continuation)
        }
        for continuation in resumed { continuation.resume() }
    }
}

extension SandboxControl.State {
    func moment(_ real: Int64) -> SandboxWorld.Moment {
        switch clock {
        case .real(let offset): SandboxWorld.Moment(world: real + offset, real: real)
        case .fixed(let world): SandboxWorld.Moment(world: world, real: real)
        }
    }

    /// Whether there is anywhere to deliver to.
    var delivers: Bool { world.configuration.callbackURL != nil }

    /// Whether what is queued stays queued for now.
    var isHeldBack: Bool { world.queue.isPaused || !delivers }

    func isDrained(_ real: Int64) -> Bool { !delivers || world.queue.isDrained(at: real) }

    /// Takes out those who wait for nothing any more.
    mutating func takeReady(_ real: Int64) -> [CheckedContinuation<Void, Never>] {
        var ready: [CheckedContinuation<Void, Never>] = []
        let isHeldBack = isHeldBack
        waits.removeAll { wait in
            guard isHeldBack || wait.items.isEmpty else { return false }
            ready.append(wait.continuation)
            return true
        }
        if isDrained(real) {
            ready += drains
            drains = []
        }
        return ready
    }
}

extension SandboxWorld {
    /// What Meta does after an hour of failures: the app is unsubscribed for the accounts concerned.
    mutating func unsubscribe(_ delivery: PendingDelivery) {
        for id in delivery.accounts {
            let page = accounts.first { $0.id == id }?.pageID
            for asset in [id, page].compactMap({ $0 }) {
                subscriptions[SubscriptionKey(app: delivery.app, asset: asset)] = nil
            }
        }
    }
}
