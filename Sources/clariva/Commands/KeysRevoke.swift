import ArgumentParser
import Gateway
import Tenancy

/// `clariva keys revoke`
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends a key of the admin API at once.")

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The key's id, as `clariva keys list` shows it.") var id: String

    func validate() throws {
        if APIKeyID(id) == nil { throw ValidationError("\(id) is no key's id") }
    }

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        guard let id = APIKeyID(id) else { throw CommandFailure(.badUsage, "clariva: no key's id") }
        let revoked = try await configuration.withStore { store in
            try await APIKeys(store).revoke(id, by: .command, now: SystemClock().now)
        }
        guard revoked else { throw CommandFailure(.failed, "clariva: there is no such key that is still valid") }
        print("revoked")
    }
}
