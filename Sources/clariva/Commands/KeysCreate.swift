import ArgumentParser
import Gateway
import Tenancy

/// `clariva keys create`
struct KeysCreate: AsyncParsableCommand {
    enum Scope: String, ExpressibleByArgument, CaseIterable {
        case admin, read, tenant
    }

    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key of the admin API and prints it, once.",
        discussion: """
            The key goes to standard output alone, what it is called to standard error; only a digest is stored. \
            `admin` may do everything, `read` may read everything, `tenant` may do everything of one tenant.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Option(help: "What the key is for, to tell keys apart.") var name: String
    @Option(help: "admin, read or tenant") var scope: Scope = .admin
    @Option(help: ArgumentHelp("The tenant, with the scope tenant.", valueName: "id")) var tenant: String?
    @Option(help: ArgumentHelp("Ends after this many days.", valueName: "days")) var expiresInDays: Int?

    func validate() throws {
        if (scope == .tenant) != (tenant != nil) { throw ValidationError("--tenant goes with --scope tenant") }
        if let tenant, TenantID(tenant) == nil { throw ValidationError("--tenant is no id") }
        if name.isEmpty || name.count > 100 { throw ValidationError("--name must have 1 to 100 characters") }
        if let expiresInDays, !(1...3650).contains(expiresInDays) {
            throw ValidationError("--expires-in-days must be from 1 to 3650")
        }
    }

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let scope: APIKey.Scope =
            switch (scope, tenant.flatMap(TenantID.init)) {
            case (.tenant, let tenant?): .tenant(tenant)
            case (.admin, _): .admin
            default: .read
            }
        let now = SystemClock().now
        let made = try await configuration.withStore { store in
            if case .tenant(let tenant) = scope {
                let found = try await store.tenant(tenant)
                guard found != nil, tenant != .system else {
                    throw CommandFailure(.failed, "clariva: there is no tenant \(tenant)")
                }
            }
            return try await APIKeys(store).create(
                name: name, scope: scope, expiresAt: expiresInDays.map { now.adding(seconds: $0 * 86_400) },
                by: .command, now: now)
        }
        Output.note("key \(made.key.id), keep it: it cannot be shown again")
        print(made.text)
    }
}
