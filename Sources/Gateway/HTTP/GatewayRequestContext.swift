public import Foundation
public import Hummingbird
internal import Logging
public import NIOCore
public import Tenancy

/// What every route knows of its request.
public struct GatewayRequestContext: RequestContext {
    /// What Hummingbird keeps of every request.
    public var coreContext: CoreRequestContextStorage
    /// Who asks; set by ``APIAuthentication`` on the routes of the admin API.
    public var identity: APIIdentity?
    /// For a request with an `Idempotency-Key`; set by ``IdempotencyMiddleware``.
    public var claim: RequestClaim?
    /// The other end of the connection: a proxy's, where one stands before the service.
    public let peer: SocketAddress?

    /// - Parameter source: the connection and its logger.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
    }

    /// Bodies beyond the webhooks' own route.
    public var maxUploadSize: Int { BodyLimit.ordinary }

    /// Names the request in the log and in `X-Request-Id`.
    public var requestID: String { logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "" }

    /// For forms and other bodies that Hummingbird decodes.
    public var requestDecoder: JSONDecoder { JSONDecoder() }
    /// For values that a route returns as they are.
    public var responseEncoder: JSONEncoder { APIJSON.encoder }
}

/// How large a request's body may be, in bytes.
enum BodyLimit {
    /// Meta sends up to 1000 events in one POST.
    static let webhook = 4 << 20
    /// What ``WebhookLane`` takes: a single message is below one KiB, a batch of hundreds below this.
    static let ordinaryDelivery = 256 << 10
    static let ordinary = 1 << 20
}
