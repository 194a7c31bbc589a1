import ArgumentParser
import Gateway
import Tenancy

/// `clariva keys list`
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the keys of the admin API, revoked ones included.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let now = SystemClock().now
        let keys = try await configuration.withStore { store in
            var keys: [APIKey] = []
            while true {
                let page = try await APIKeys(store).list(after: keys.last?.id)
                if page.isEmpty { return keys }
                keys += page
            }
        }
        let rows = keys.map { key in
            [
                key.id.description, key.prefix, key.name, scope(key.scope), key.createdAt.rfc3339,
                key.lastUsedAt?.rfc3339 ?? "never used", state(key, now),
            ]
        }
        print(Output.table([["id", "prefix", "name", "scope", "created", "last used", "state"]] + rows))
    }

    private func scope(_ scope: APIKey.Scope) -> String {
        switch scope {
        case .admin: "admin"
        case .read: "read"
        case .tenant(let tenant): "tenant \(tenant)"
        }
    }

    private func state(_ key: APIKey, _ now: Timestamp) -> String {
        if key.revokedAt != nil { return "revoked" }
        guard let expiresAt = key.expiresAt else { return "valid" }
        return expiresAt <= now ? "ended" : "valid until \(expiresAt.rfc3339)"
    }
}
