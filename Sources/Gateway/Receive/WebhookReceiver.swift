public import Integrations
public import Tenancy

/// What a webhook POST is answered with.
public enum ReceiveAnswer: Sendable, Hashable {
    /// Every event is durable: 200.
    case stored
    /// No configured secret signed these bytes: 401.
    case badSignature
    /// It cannot be stored now: 503, and Meta tries again.
    case unavailable(retryAfter: Int)
}

/// Takes webhook POSTs in: verifies the raw bytes, cuts them into events, and answers once all of them are durable.
public final class WebhookReceiver: Sendable {
    private let secrets: [WebhookSecret]
    private let store: TenancyStore
    private let batcher: AppendBatcher
    private let routes: RouteTable
    private let clock: any WallClock
    private let arrivals: ArrivalRate
    private let onStored: @Sendable () -> Void
    private let pressure = StorePressure()

    /// - Parameters:
    ///   - secrets: every configured app secret.
    ///   - arrivals: hears of every webhook that was stored.
    ///   - onStored: wakes the pipeline after a commit.
    public init(
        secrets: [WebhookSecret], store: TenancyStore, routes: RouteTable, clock: any WallClock,
        arrivals: ArrivalRate = ArrivalRate(),
        onStored: @escaping @Sendable () -> Void
    ) {
        self.secrets = secrets
        self.store = store
        batcher = AppendBatcher(store: store)
        self.routes = routes
        self.clock = clock
        self.arrivals = arrivals
        self.onStored = onStored
    }

    /// Tells the answer on whatever thread it is known.
    public typealias Completion = @Sendable (ReceiveAnswer, MetaApp?) -> Void

    /// - Parameters:
    ///   - body: the bytes as they came.
    ///   - signature: of `X-Hub-Signature-256`; `nil` where it is missing or malformed.
    ///   - completion: hears what to answer, and the app whose secret signed the body.
    public func receive(body: [UInt8], signature: WebhookSignature?, _ completion: @escaping Completion) {
        guard let signer = signature?.signer(of: body, among: secrets) else { return completion(.badSignature, nil) }
        let size = body.count
        let arrived = ContinuousClock.now
        guard pressure.admits(size, now: arrived) else { return completion(.unavailable(retryAfter: 2), signer.app) }
        let finish: AppendBatcher.Completion = { error in
            self.pressure.finished(size, arrived: arrived, now: .now)
            if error == nil {
                self.arrivals.note()
                self.onStored()
            }
            completion(error == nil ? .stored : .unavailable(retryAfter: 5), signer.app)
        }
        let slices = WebhookSplitter.split(body)
        do {
            if let events = try sealed(slices.map(routed), app: signer.app) {
                return batcher.append(events) { error in
                    guard let error, error.saysThatATenantIsGone else { return finish(error) }
                    self.storeSlowly(slices, app: signer.app, isAgain: true, finish)
                }
            }
        } catch {
            return finish(error)
        }
        storeSlowly(slices, app: signer.app, isAgain: false, finish)
    }

    /// For a tenant's first event since the start, whose key has to be read; and once more where a tenant was deleted a moment
    /// ago: its accounts are nobody's now.
    private func storeSlowly(
        _ slices: [WebhookSlice], app: MetaApp, isAgain: Bool, _ finish: @escaping AppendBatcher.Completion
    ) {
        let end: AppendBatcher.Completion = { error in
            guard let error, !isAgain, error.saysThatATenantIsGone else { return finish(error) }
            self.storeSlowly(slices, app: app, isAgain: true, finish)
        }
        Task {
            do {
                if isAgain { try await routes.reload() }
                var routed = slices.map(routed)
                for index in routed.indices {
                    do {
                        _ = try await store.keys(of: routed[index].tenant)
                    } catch is KeyError where routed[index].tenant != .system {
                        // Its own trouble, and not that of the others in this body: kept as if it routed to nobody, it is
                        // taken up by the sweep when the key is there again.
                        routed[index].tenant = .system
                        _ = try await store.keys(of: .system)
                    }
                }
                guard let events = try sealed(routed, app: app) else { throw KeyError.noTenant }
                batcher.append(events, end)
            } catch {
                end(error)
            }
        }
    }

    /// As ``receive(body:signature:_:)``, for whoever can wait.
    public func receive(
        body: [UInt8], signature: WebhookSignature?
    ) async -> (answer: ReceiveAnswer, app: MetaApp?) {
        await withCheckedContinuation { continuation in
            receive(body: body, signature: signature) { answer, app in continuation.resume(returning: (answer, app)) }
        }
    }

    private typealias Routed = (slice: WebhookSlice, tenant: TenantID, account: String)

    private func routed(_ slice: WebhookSlice) -> Routed {
        let account = slice.entryID.flatMap(Self.accountID) ?? ""
        return (slice, routes.tenant(of: account) ?? .system, account)
    }

    /// - Returns: `nil` where a tenant's key is not in memory yet.
    private func sealed(_ slices: [Routed], app: MetaApp) throws -> [NewEvent]? {
        let now = clock.now
        var events: [NewEvent] = []
        events.reserveCapacity(slices.count)
        for (slice, tenant, account) in slices {
            guard let keys = store.knownKeys(of: tenant) else { return nil }
            events.append(
                try NewEvent(
                    id: store.makeID(now: now), tenantID: tenant, keys: keys, receivedAt: now, app: app.rawValue,
                    object: Self.object(slice.object), accountID: account, container: slice.container.rawValue,
                    siblings: slice.siblings, bytes: slice.bytes))
        }
        return events
    }

    /// Ids of accounts are digits; whatever else a signed body carries there routes to nobody.
    private static func accountID(_ text: String) -> String? {
        text.utf8.count <= 32 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? text : nil
    }

    private static func object(_ text: String) -> String {
        switch text {
        case "instagram", "page": text
        default: ""
        }
    }
}
