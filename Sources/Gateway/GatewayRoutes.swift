internal import Hummingbird
internal import Integrations
internal import Logging
internal import Storage
internal import Tenancy

/// Every route of the service beside Meta's webhooks, over the parts that it serves.
struct GatewayRoutes {
    let engine: any Engine
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let pipeline: Pipeline
    let configuration: GatewayConfiguration
    let registry: PrometheusRegistry
    let metrics: GatewayMetrics
    let clock: any WallClock
    let logger: Logger
    let role: Role

    /// - Throws: ``ConfigurationFaults``; the parser's error for a template that is no Mustache.
    func add(to router: some RouterMethods<GatewayRequestContext>) throws {
        router.addOperationsRoutes(readiness: Readiness(engine: engine), registry: registry)
        guard role.receives else { return }
        router.addOpenAPIRoute()
        let connect = ConnectService(
            store: store, integrations: integrations, publicURL: configuration.publicURL, clock: clock,
            logger: logger, mayConnect: { pipeline.switches.switches(for: $0).connecting },
            onActivated: { await pipeline.activated(tenant: $0, connection: $1) })
        try addConnectRoutes(to: router, service: connect)
        try addCallbackRoutes(
            to: router,
            service: CallbackService(
                store: store, secrets: try configuration.webhookSecrets(), publicURL: configuration.publicURL,
                clock: clock, logger: logger, onReleased: released),
            logger: logger)
        let disconnect = DisconnectService(
            store: store, integrations: integrations, clock: clock, logger: logger
        ) { _ in await released() }
        try addPracticeRoutes(
            to: router, connect: connect, disconnect: disconnect, switches: { pipeline.switches.switches(for: $0) })
        AdminAPI(
            store: store, integrations: integrations, commands: pipeline, disconnect: disconnect,
            configuration: configuration, metrics: metrics, clock: clock,
            tokens: try configuration.jwt.map { try TokenVerifier($0, clock: clock, logger: logger) }
        ).add(to: router)
        let isMetaFailing: @Sendable () -> Bool = { !pipeline.breakers.open(for: .send).isEmpty }
        try addOperatorRoutes(
            to: router,
            service: OperatorService(
                store: store, commands: pipeline, publicURL: configuration.publicURL,
                bootstrap: configuration.adminAPIKey, attempts: .signIns(metrics: metrics, clock: clock),
                clock: clock, logger: logger, isMetaFailing: role.works ? isMetaFailing : nil))
    }

    /// An account belongs to nobody any more.
    @Sendable private func released() async {
        do {
            try await pipeline.routes.reload()
        } catch {
            // Until the routes are read anew, events of the released account are kept with its old tenant.
            logger.warning("routes could not be read anew", metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
