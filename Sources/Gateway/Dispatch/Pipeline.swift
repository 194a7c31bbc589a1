public import Integrations
public import Logging
public import ServiceLifecycle
internal import Storage
internal import Synchronization
public import Tenancy

/// The way of an event after it was received: process, look up, compose, send, settle.
public final class Pipeline: Service {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let clock: any WallClock
    let settings: PipelineSettings
    let metrics: GatewayMetrics
    let logger: Logger
    let routes: RouteTable
    let shards: ShardTable
    let budget: ConversationBudget
    let breakers: FaultBreakers
    let appPauses = AppPauses()
    let arrivals: ArrivalRate
    let retention: Retention
    let switches: SwitchTable
    /// Calls the operational webhook; `nil` where nobody is called.
    let courier: NoticeCourier?

    private let events: Dispatcher
    private let lookups: Dispatcher
    private let replies: Dispatcher
    private let cares: Dispatcher
    private let notices: Dispatcher
    private let erasures: Dispatcher
    private let sweeps: Dispatcher
    private let changes = Signal()
    private let hasEnded = Atomic(false)
    let isStopping = Atomic(false)
    let waitingLookups = Mutex(WaitingLookups())
    let hastyVerdicts = Mutex<[HastyVerdict]>([])
    /// Connections that could not be looked after, and until when they are left alone.
    let careRests = Mutex<[ConnectionID: Timestamp]>([:])
    let silence = Mutex(SilenceWatch())
    /// When connections without a plan are looked for next.
    let nextPlanning = Mutex(Timestamp(milliseconds: 0))
    let nextSweep = Mutex(Timestamp(milliseconds: 0))
    /// Where the looks over all tenants with waiting work have come to.
    let eventTurn = Mutex<TenantID?>(nil)
    let replyTurn = Mutex<TenantID?>(nil)
    /// Replies of each tenant that are being worked at, and those of them that are being read back.
    let replySlots = Mutex(TenantSlots())
    let readingSlots = Mutex(TenantSlots())
    /// Those whose replies wait for more than these places.
    let backlog = Mutex(SendBacklog())

    /// - Parameters:
    ///   - store: migrated and bootstrapped.
    ///   - integrations: those that are configured.
    ///   - retention: how long things are kept.
    ///   - shards: whose tenants are this process's to work for.
    ///   - courier: calls the operational webhook; `nil` where nobody is called.
    public init(
        store: TenancyStore, integrations: IntegrationRegistry, routes: RouteTable,
        shards: ShardTable = ShardTable(isShared: false), clock: any WallClock,
        settings: PipelineSettings, retention: GatewayConfiguration.Retention = GatewayConfiguration.Retention(),
        metrics: GatewayMetrics, logger: Logger, arrivals: ArrivalRate = ArrivalRate(), courier: NoticeCourier? = nil
    ) {
        self.retention = Retention(
            ages: retention, messagingWindow: settings.messagingWindow, metrics: metrics, logger: logger)
        self.shards = shards
        self.arrivals = arrivals
        self.courier = courier
        self.store = store
        switches = SwitchTable(store: store)
        self.integrations = integrations
        self.routes = routes
        self.clock = clock
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        budget = ConversationBudget(clock: clock)
        breakers = FaultBreakers(accounts: settings.burstAccounts)
        for integration in integrations.all { metrics.breaker(flow: integration.name, isOpen: false) }
        let changes = changes
        func dispatcher(_ name: String, _ capacity: Int) -> Dispatcher {
            Dispatcher(
                name: name, clock: clock, logger: logger, capacity: capacity, stepsBack: { arrivals.isHigh },
                onChange: { changes.raise() })
        }
        events = dispatcher("process", 64)
        lookups = dispatcher("look up", settings.lookupsInAll)
        replies = dispatcher("send", settings.sendsInAll)
        cares = dispatcher("look after connections", 8)
        notices = dispatcher("tell owners", 4)
        erasures = dispatcher("erase", 2)
        sweeps = dispatcher("sweep", 1)
    }

    /// There may be work: called after every commit that makes some.
    public func wake() {
        events.wake()
        replies.wake()
    }

    /// Events were stored.
    public func wakeForEvents() { events.wake() }

    func wakeLookups() { lookups.wake() }

    /// A connection may have to be looked after.
    func wakeCares() { cares.wake() }

    /// An owner may have to be told something.
    func wakeNotices() { notices.wake() }

    func wakeErasures() { erasures.wake() }

    func wakeSweeps() { sweeps.wake() }

    /// Runs until graceful shutdown; what is on its way is finished.
    public func run() async throws {
        defer {
            hasEnded.store(true, ordering: .releasing)
            changes.raise()
        }
        await withGracefulShutdownHandler {
            await begin()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.events.run(self.dueEvents) }
                group.addTask { await self.lookups.run(self.dueLookups) }
                group.addTask { await self.replies.run(self.dueReplies) }
                group.addTask { await self.cares.run(self.dueCare) }
                group.addTask { await self.notices.run(self.dueNotices) }
                group.addTask { await self.erasures.run(self.dueErasures) }
                group.addTask { await self.sweeps.run(self.dueSweeps) }
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    /// What the last process left half-done is put in order first. Where the database is shared, that is done for each shard
    /// as it is taken.
    private func begin() async {
        do {
            // What has waited would pass for a webhook of now once it is processed.
            try await listen(now: clock.now)
        } catch {
            // The sweep looks again.
            logger.warning("silence could not be looked for", metadata: ["error": "\(LoggableError.describe(error))"])
        }
        while !shards.isShared, !Task.isCancelled, !isStopping.load(ordering: .acquiring) {
            do {
                return try await InterruptedWork(store: store, clock: clock, logger: logger).putInOrder {
                    TenantHold($0, epoch: nil)
                }
            } catch {
                if Task.isCancelled { return }
                logger.error(
                    "interrupted work could not be taken up", metadata: ["error": "\(LoggableError.describe(error))"])
                await clock.pause(until: clock.now.adding(seconds: 1))
            }
        }
    }

    /// Work of a tenant, under the right to do it.
    func work(_ key: Identifier, _ hold: TenantHold, _ body: @escaping @Sendable () async -> Void) -> Work {
        Work(key: key) { await self.shards.run(hold, body) }
    }

    /// Starts nothing new; ``run()`` returns once what runs has ended.
    public func stop() {
        isStopping.store(true, ordering: .releasing)
        shards.leaveAll()
        for dispatcher in [events, lookups, replies, cares, notices, erasures, sweeps] { dispatcher.stop() }
    }

    /// Returns once nothing is due and nothing runs, or ``run()`` has ended.
    /// - Returns: when the next work becomes due by itself; sweeps aside, which are never done.
    public func settled() async -> Timestamp? {
        while !Task.isCancelled {
            let version = changes.version
            if hasEnded.load(ordering: .acquiring) { return nil }
            let dispatchers = [events, lookups, replies, cares, notices, erasures, sweeps]
            let first = dispatchers.map(\.status)
            // A dispatcher that wakes another does so before it becomes idle: two equal looks are one moment.
            if first.allSatisfy(\.isIdle), dispatchers.map(\.status) == first {
                return first.dropLast().compactMap(\.nextDue).min()
            }
            await changes.wait(after: version, until: nil, clock: clock)
        }
        return nil
    }
}
