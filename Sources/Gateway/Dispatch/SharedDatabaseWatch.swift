internal import Logging
internal import ServiceLifecycle

/// Notices what other processes have done to the database that this one shares with them: stored events, queued replies,
/// changed the routes or the switches.
///
/// It asks, and is not told: a notification inside the transaction that stores events would keep them from being stored at
/// the same time.
struct SharedDatabaseWatch: Service {
    /// Between two looks for work.
    private static let workInterval = Duration.milliseconds(100)
    /// Looks for work between two looks at the routes and the switches.
    private static let routesEvery = 10

    let routes: RouteTable
    let logger: Logger
    /// There may be work.
    let wake: @Sendable () -> Void
    /// Somebody may have switched something.
    let reloadSwitches: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var looks = 0
            while !Task.isCancelled {
                wake()
                if looks % Self.routesEvery == 0 { await look() }
                looks += 1
                // Cancelled: the loop ends.
                try? await Task.sleep(for: Self.workInterval)
            }
        }
    }

    private func look() async {
        do {
            try await routes.reloadIfChanged()
        } catch {
            if Task.isCancelled { return }
            logger.warning("routes could not be read anew", metadata: ["error": "\(LoggableError.describe(error))"])
        }
        do {
            try await reloadSwitches()
        } catch {
            if Task.isCancelled { return }
            logger.warning(
                "switches could not be read anew", metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
