import ArgumentParser
import Gateway
import Tenancy

/// `clariva keys rotate-encryption`
struct KeysRotateEncryption: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-encryption",
        abstract: "Wraps all data keys anew under the newest key-encryption key.",
        discussion: """
            1. Put a new key in front of CLARIVA_ENCRYPTION_KEYS, keep the old one behind it, and restart the service.
            2. Run this command. What is sealed stays as it is; only the tenants' keys are wrapped anew.
            3. Remove the old key, and keep it for as long as there are backups from before.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let count: Int
        do {
            count = try await configuration.withStore { store in
                try await store.rewrapKeys(by: .command, now: SystemClock().now)
            }
        } catch let error as KeyError {
            throw CommandFailure(.failed, "clariva: \(error)")
        }
        print("\(count) data keys wrapped under \(configuration.keyRing?.newestID ?? "")")
    }
}
