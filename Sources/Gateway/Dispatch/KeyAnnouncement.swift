internal import Logging
public import ServiceLifecycle
internal import Storage
internal import Tenancy

/// Says, as long as the process runs, that it does and which key-encryption keys it has: `clariva keys rotate-encryption`
/// changes nothing while somebody lacks the new one.
public struct KeyAnnouncement: Service {
    /// How long a process counts as running after its last word, in seconds.
    public static let lifetime = 30
    /// Between two words.
    private static let interval = Duration.seconds(10)

    private let store: TenancyStore
    private let role: Role
    private let startedAt: Timestamp
    private let logger: Logger
    private let process: Identifier

    init(store: TenancyStore, role: Role, clock: any WallClock, logger: Logger) {
        self.store = store
        self.role = role
        self.logger = logger
        startedAt = clock.now
        process = store.makeID(now: startedAt, of: KeyAnnouncement.self).raw
    }

    /// Runs until graceful shutdown, and says that it ends.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await tell("keys could not be announced") {
                    try await store.announceKeys(
                        of: process, role: role.rawValue, startedAt: startedAt, for: Int64(Self.lifetime) * 1000)
                }
                // Cancelled: the loop ends.
                try? await Task.sleep(for: Self.interval)
            }
        }
        // Otherwise it is forgotten by itself.
        await tell("keys could not be withdrawn") { try await store.withdrawKeys(of: process) }
    }

    private func tell(_ failure: Logger.Message, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            if Task.isCancelled { return }
            logger.warning(failure, metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
