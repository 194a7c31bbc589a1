public import Integrations
public import Logging
public import ServiceLifecycle
public import Storage
internal import Synchronization
public import Tenancy
public import UnixSignals

/// The composition root: puts the parts of the service together over one database, one transport and one clock.
public struct Gateway: Sendable {
    /// What is on its way at SIGTERM may take this long: a send to Meta times out after 20 s.
    private static let shutdownLimit = Duration.seconds(25)

    /// The rows of the database.
    public let store: TenancyStore
    /// The flows that are switched on.
    public let integrations: IntegrationRegistry
    /// Processes, looks up, sends and sweeps.
    public let pipeline: Pipeline
    /// What `/metrics` shows.
    public let registry: PrometheusRegistry

    private let role: Role
    private let server: GatewayServer
    /// Where other processes share the database: notices what they do.
    private let watch: SharedDatabaseWatch?
    private let keeper: ShardKeeper?
    private let keys: KeyAnnouncement
    private let ownTransport: CurlTransport?
    private let logger: Logger

    /// Migrates an embedded database or looks at the schema of a shared one, adds what every database holds, and builds
    /// everything; nothing runs yet.
    /// - Parameters:
    ///   - engine: open; an SQLite file exclusively, PostgreSQL beside other processes.
    ///   - role: which part of the service this process is.
    ///   - clock: the machine's, or a test's.
    ///   - transport: carries the calls to Meta; `nil` makes one of its own, which ends with ``run(stoppedBy:)``.
    ///   - onListening: hears the port.
    /// - Throws: ``StorageError``; ``TransportError`` where libcurl cannot start; ``ConfigurationFaults`` without a key;
    ///   ``KeyError/unknownKey(_:)`` where a data key is wrapped under one that is not configured.
    public init(
        _ configuration: GatewayConfiguration, engine: any Engine, role: Role = .all, logger: Logger,
        clock: any WallClock = SystemClock(), transport: (any HTTPTransport)? = nil,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        guard let keyRing = configuration.keyRing else {
            throw ConfigurationFaults([ConfigurationFault(.encryptionKeys, "is required")])
        }
        let applied = try await Migrator(engine).prepareForService(now: clock.now.milliseconds)
        if !applied.isEmpty {
            logger.notice("schema migrated", metadata: ["migrations": .array(applied.map { .stringConvertible($0) })])
        }
        let registry = PrometheusRegistry(descriptions: GatewayMetrics.descriptions)
        let metrics = GatewayMetrics(registry)
        let store = TenancyStore(
            engine: engine, keyRing: keyRing, tellsOwners: configuration.notify != nil, onReplies: metrics.replies)
        try await store.bootstrap(now: clock.now)
        // A key that was removed too early is missed here, and not when a patient writes.
        try await store.requireKeys()
        let routes = RouteTable(store: store)
        try await routes.reload()

        let meta: any HTTPTransport
        if let transport {
            (meta, ownTransport) = (transport, nil)
        } else {
            let own = try CurlTransport()
            (meta, ownTransport) = (own, own)
        }
        let integrations = configuration.integrations(transport: meta) { metrics.graphRequest($0) }
        var settings = configuration.pipeline
        settings.ownAppIDs = Set([configuration.instagram?.appID, configuration.facebook?.appID].compactMap(\.self))
        let arrivals = ArrivalRate()
        let isShared = engine.dialect == .postgres
        let shards = ShardTable(isShared: isShared)
        let pipeline = Pipeline(
            store: store, integrations: integrations, routes: routes, shards: shards, clock: clock, settings: settings,
            retention: configuration.retention, metrics: metrics, logger: logger, arrivals: arrivals,
            courier: try configuration.notify.map { try NoticeCourier($0, transport: meta, integrations: integrations) }
        )
        try await pipeline.reloadSwitches()
        watch =
            isShared
            ? SharedDatabaseWatch(
                routes: routes, logger: logger, wake: pipeline.wake, reloadSwitches: pipeline.reloadSwitches) : nil
        keeper =
            isShared && role.works
            ? ShardKeeper(store: store, table: shards, clock: clock, logger: logger, onTaken: pipeline.wake) : nil
        keys = KeyAnnouncement(store: store, role: role, clock: clock, logger: logger)
        let receiver = WebhookReceiver(
            secrets: try configuration.webhookSecrets(), store: store, routes: routes, clock: clock, arrivals: arrivals
        ) { pipeline.wakeForEvents() }

        let router = GatewayRouter()
        try GatewayRoutes(
            engine: engine, store: store, integrations: integrations, pipeline: pipeline, configuration: configuration,
            registry: registry, metrics: metrics, clock: clock, logger: logger, role: role
        ).add(to: router)

        self.store = store
        self.integrations = integrations
        self.pipeline = pipeline
        self.registry = registry
        self.role = role
        self.logger = logger
        server = GatewayServer(
            configuration,
            responder: GatewayResponder(
                webhooks: role.receives
                    ? WebhookEndpoint(
                        receiver: receiver, metrics: metrics, verifyToken: configuration.webhookVerifyToken) : nil,
                routes: router.responder()),
            logger: logger, onListening: onListening)
    }

    /// The long-lived parts, in the order in which they start; they stop in the opposite order, so that nothing is
    /// received any more while the pipeline ends what is on its way.
    public var services: [any Service] {
        let shared: [(any Service)?] = [keys, watch, keeper]
        return shared.compactMap(\.self) + (role.works ? [pipeline] : []) + [server]
    }

    /// Runs until a signal, then ends what is on its way.
    /// - Parameter signals: those that stop it.
    public func run(stoppedBy signals: [UnixSignal] = [.sigterm, .sigint]) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.shutdownLimit
        configuration.maximumCancellationDuration = .seconds(5)
        defer { ownTransport?.shutdown() }
        try await ServiceGroup(configuration: configuration).run()
    }
}
