internal import Hummingbird
internal import Integrations
internal import Tenancy

/// Everything under `/v1`, behind a key or token.
struct AdminAPI: Sendable {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let commands: any PipelineCommands
    let disconnect: DisconnectService
    let configuration: GatewayConfiguration
    let metrics: GatewayMetrics
    let clock: any WallClock
    /// `nil` where only keys are taken.
    var tokens: TokenVerifier?

    func add(to router: some RouterMethods<GatewayRequestContext>) {
        let keys = APIKeys(store)
        let links = ConnectLinkIssuer(
            links: ConnectLinks(store), publicURL: configuration.publicURL, clock: clock)
        let returnURLs = ReturnURLPolicy(hosts: configuration.returnURLHosts)
        let routes = router.group()
        let limiter = RateLimiter(perSecond: configuration.rateLimitPerSecond, metrics: metrics, clock: clock)
        routes.add(
            middleware: APIAuthentication(
                bootstrap: configuration.adminAPIKey, keys: keys, tokens: tokens, limiter: limiter, clock: clock,
                isLiving: { [store] in try await store.tenant($0) != nil }))
        routes.add(middleware: IdempotencyMiddleware(store: store, clock: clock))
        TenantRoutes(
            store: store, integrations: integrations, links: links, returnURLs: returnURLs, clock: clock
        ).add(to: routes)
        ConnectLinkRoutes(
            store: store, integrations: integrations, links: links, returnURLs: returnURLs, clock: clock
        ).add(to: routes)
        ConnectionRoutes(
            store: store, integrations: integrations, links: links, disconnect: disconnect, clock: clock
        ).add(to: routes)
        TestMessageRoutes(commands: commands).add(to: routes)
        ReplyRulesRoutes(store: store, clock: clock).add(to: routes)
        ConversationRoutes(store: store, commands: commands, clock: clock).add(to: routes)
        EventRoutes(store: store, commands: commands).add(to: routes)
        ReplyRoutes(store: store, commands: commands).add(to: routes)
        SwitchRoutes(store: store, commands: commands, clock: clock).add(to: routes)
        AuditRoutes(store: store).add(to: routes)
        ErasureRoutes(store: store, commands: commands, clock: clock).add(to: routes)
        APIKeyRoutes(store: store, keys: keys, clock: clock).add(to: routes)
    }
}
