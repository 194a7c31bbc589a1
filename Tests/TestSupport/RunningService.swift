internal import Logging
public import ServiceLifecycle

/// A service that a test has started. It is stopped gracefully: a server whose task is cancelled drops its connections
/// in the middle of their work, and NIO then traps on their unfinished writers.
public final class RunningService: Sendable {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// Starts it.
    public init(_ service: any Service) {
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.group = group
        task = Task { try await group.run() }
    }

    /// Begins to stop; for `defer`.
    public func stop() {
        Task { [group] in await group.triggerGracefulShutdown() }
    }

    /// Stops and waits for the end.
    public func ended() async {
        await group.triggerGracefulShutdown()
        _ = await task.result
    }
}
