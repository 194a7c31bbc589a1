internal import Foundation
internal import Hummingbird
public import Integrations
public import Logging
internal import NIOCore
public import ServiceLifecycle
internal import Synchronization

/// The sandbox as a service: serves Meta's endpoints, the control API and the pages on one port, and delivers webhooks.
///
/// Base paths: `/instagram/oauth/authorize`, `/instagram-api`, `/instagram-graph`, `/facebook/dialog/oauth`,
/// `/facebook-graph`, `/control`, `/`. See `docs/sandbox.md`.
public final class SandboxServer: Service {
    /// The world and what can be done to it, without HTTP.
    public let control: SandboxControl
    private let configuration: SandboxConfiguration
    private let logger: Logger
    private let onReady: @Sendable (Int) async -> Void
    private let bound = Mutex<(port: Int?, waiting: [CheckedContinuation<Int, Never>])>((nil, []))

    /// - Parameters:
    ///   - configuration: apps, callback, address (port 0 takes a free port).
    ///   - transport: carries webhooks; `nil` is a ``CurlTransport``.
    ///   - logger: for the server itself; silent by default. It never gets a text or an id.
    ///   - onReady: called with the port once it listens.
    /// - Throws: ``TransportError`` where libcurl cannot start.
    public init(
        configuration: SandboxConfiguration, transport: (any HTTPTransport)? = nil,
        logger: Logger = Logger(label: "clariva.sandbox") { _ in SwiftLogNoOpLogHandler() },
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
        control = SandboxControl(
            configuration: configuration, transport: try transport ?? CurlTransport(),
            now: { Int64(Date().timeIntervalSince1970 * 1000) })
    }

    /// Serves until shut down.
    public func run() async throws {
        let application = Application(
            router: SandboxRoutes(control: control).router(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            services: [DeliveryService(control: control)],
            onServerRunning: { channel in await self.announce(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    /// The port, once it is bound.
    public func port() async -> Int {
        await withCheckedContinuation { continuation in
            let known = bound.withLock { bound in
                if bound.port == nil { bound.waiting.append(continuation) }
                return bound.port
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func announce(_ port: Int) async {
        let waiting = bound.withLock { bound in
            bound.port = port
            defer { bound.waiting = [] }
            return bound.waiting
        }
        for continuation in waiting { continuation.resume(returning: port) }
        await onReady(port)
    }
}

/// Delivers until shut down.
private struct DeliveryService: Service {
    let control: SandboxControl

    func run() async throws {
        let task = Task { await control.deliver() }
        await withTaskCancellationOrGracefulShutdownHandler {
            await task.value
        } onCancelOrGracefulShutdown: {
            task.cancel()
        }
    }
}
