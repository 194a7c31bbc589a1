public import Integrations
internal import Synchronization
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
    private let waitingBytes = Mutex(0)

    /// Bodies that wait for their commit may hold this many bytes together; beyond that Meta is asked to come back.
    private static let waitingLimit = 64 << 20

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

    /// - Parameters:
    ///   - body: the bytes as they came.
    ///   - signature: the value of `X-Hub-Signature-256`.
    /// - Returns: what to answer, and the app whose secret signed the body.
    public func receive(body: [UInt8], signature: String?) async -> (answer: ReceiveAnswer, app: MetaApp?) {
        guard let signature = signature.flatMap(WebhookSignature.init),
            let signer = signature.signer(of: body, among: secrets)
        else { return (.badSignature, nil) }
        let admitted = waitingBytes.withLock { bytes in
            guard bytes + body.count <= Self.waitingLimit else { return false }
            bytes += body.count
            return true
        }
        guard admitted else { return (.unavailable(retryAfter: 2), signer.app) }
        defer { waitingBytes.withLock { $0 -= body.count } }
        do {
            let events = try await sealed(WebhookSplitter.split(body), app: signer.app)
            try await batcher.append(events)
        } catch {
            return (.unavailable(retryAfter: 5), signer.app)
        }
        arrivals.note()
        onStored()
        return (.stored, signer.app)
    }

    private func sealed(_ slices: [WebhookSlice], app: MetaApp) async throws -> [NewEvent] {
        let now = clock.now
        var events: [NewEvent] = []
        events.reserveCapacity(slices.count)
        for slice in slices {
            let account = slice.entryID.flatMap(Self.accountID) ?? ""
            let tenant = routes.tenant(of: account) ?? .system
            events.append(
                try NewEvent(
                    id: store.makeID(now: now), tenantID: tenant, keys: try await store.keys(of: tenant),
                    receivedAt: now, app: app.rawValue, object: Self.object(slice.object), accountID: account,
                    container: slice.container.rawValue, siblings: slice.siblings, bytes: slice.bytes))
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
