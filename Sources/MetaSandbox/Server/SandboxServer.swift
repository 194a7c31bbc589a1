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
    private let binding = Mutex(Binding.awaited([]))

    /// How far the port is.
    private enum Binding {
        case awaited([CheckedContinuation<Int, any Error>])
        case bound(Int)
        case failed
    }

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
        defer { settle(.failed) }
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            self.control.stopWaiting()
        }
    }

    /// The port, once it is bound.
    /// - Throws: ``SandboxNotListening`` where the server ended without one.
    public func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let known = binding.withLock { binding -> Result<Int, any Error>? in
                switch binding {
                case .bound(let port): return .success(port)
                case .failed: return .failure(SandboxNotListening())
                case .awaited(let waiting):
                    binding = .awaited(waiting + [continuation])
                    return nil
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    private func announce(_ port: Int) async {
        settle(.bound(port))
        await onReady(port)
    }

    /// Tells those who wait for the port how it ended; a port that was bound once stays known.
    private func settle(_ outcome: Binding) {
        let waiting = binding.withLock { binding -> [CheckedContinuation<Int, any Error>] in
            guard case .awaited(let waiting) = binding else { return [] }
            binding = outcome
            return waiting
        }
        for continuation in waiting {
            if case .bound(let port) = outcome {
                continuation.resume(returning: port)
            } else {
                continuation.resume(throwing: SandboxNotListening())
            }
        }
    }
}

/// The sandbox ended before it had a port, such as where its address is in use.
public struct SandboxNotListening: Error, Sendable, CustomStringConvertible {
    /// What to tell people.
    public var description: String { "the sandbox ended before it listened" }
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
