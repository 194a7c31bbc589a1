import ArgumentParser
import Gateway
import Tenancy

/// `clariva keys rotate-encryption`
struct KeysRotateEncryption: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-encryption",
        abstract: "Wraps all data keys anew under the newest key-encryption key.",
        discussion: """
            1. Put a new key in front of CLARIVA_ENCRYPTION_KEYS, keep the old one behind it, and restart the service: \
            where it is several processes, one after the other.
            2. Run this command. What is sealed stays as it is; only the tenants' keys are wrapped anew. As long as a \
            process runs that does not have the new key, it names that one and changes nothing.
            3. Remove the old key, restart, and keep it apart for as long as there are backups from before.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let count: Int
        do {
            count = try await configuration.withStore { store in
                try await refuseWhereAProcessLacksTheKey(store, newest: configuration.keyRing?.newestID ?? "")
                return try await store.rewrapKeys(by: .command, now: SystemClock().now)
            }
        } catch let error as KeyError {
            throw CommandFailure(.failed, "clariva: \(error)")
        }
        print("\(count) data keys wrapped under \(configuration.keyRing?.newestID ?? "")")
    }

    private func refuseWhereAProcessLacksTheKey(_ store: TenancyStore, newest: String) async throws {
        let lacking = try await store.processesWithoutNewestKey()
        guard !lacking.isEmpty else { return }
        let lines = lacking.map { "  \($0.id), \($0.role), running since \($0.startedAt.rfc3339)" }
        throw CommandFailure(
            .failed,
            """
            clariva: nothing was changed: not every running process has the key "\(newest)" as it stands here, and one \
            without it could not open a tenant's data any more:
            \(lines.joined(separator: "\n"))
            Restart each with this CLARIVA_ENCRYPTION_KEYS, then run the command again. A process that has died without a \
            word is forgotten after \(KeyAnnouncement.lifetime) seconds.
            """)
    }
}
