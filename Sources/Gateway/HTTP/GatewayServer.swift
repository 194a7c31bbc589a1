internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
public import ServiceLifecycle

/// The HTTP server: listens, and says where.
public struct GatewayServer: Service {
    /// Connections at once; further ones wait in the kernel's queue until one ends.
    private static let connectionLimit = 4096

    private let application: Application<GatewayResponder>

    /// - Parameters:
    ///   - configuration: the listen address.
    ///   - onListening: hears the port, also where a free one was asked for.
    init(
        _ configuration: GatewayConfiguration, responder: GatewayResponder, logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void
    ) {
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                IdleStateHandler(readTimeout: SilentConnectionCloser.limit), SilentConnectionCloser(),
            ] + (responder.webhooks.map { [WebhookLane($0.deliver)] } ?? []) + [UnreadableRequestAnswer()],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        application = Application(
            responder: responder,
            server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit, logger: logger)),
            onServerRunning: { channel in
                let address = channel.localAddress
                let port = address?.port ?? configuration.port
                logger.notice(
                    "listening",
                    metadata: [
                        "host": "\(address?.ipAddress ?? configuration.host)", "port": .stringConvertible(port),
                    ])
                onListening(port)
            },
            logger: logger)
    }

    /// Serves until it is shut down.
    public func run() async throws {
        try await application.run()
    }
}
