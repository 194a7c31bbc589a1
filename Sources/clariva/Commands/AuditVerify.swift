import ArgumentParser
import Cryptography
import Gateway
import Tenancy

/// `clariva audit verify`
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Walks the audit log's hash chain; exits with 1 at the first break.",
        discussion: """
            Each tenant has a chain of its own, and what concerns the whole service stands in one of the system's. An \
            entry that was changed, taken out, put in or moved breaks it, and so does one that is missing at the end. \
            The service may run meanwhile.

            The digest behind each log stands for all that is in it: kept elsewhere, it finds out whoever has written \
            the whole log anew.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Option(help: ArgumentHelp("Only this tenant's log.", valueName: "id")) var tenant: String?

    func validate() throws {
        if let tenant, TenantID(tenant) == nil { throw ValidationError("--tenant is no id") }
    }

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let wanted = tenant.flatMap { TenantID($0) }
        try await configuration.withStore { store in
            let tenants = if let wanted { [wanted] } else { try await store.tenantIDs(includingDeleted: true) }
            for tenant in tenants { try await verify(tenant, in: store) }
        }
    }

    private func verify(_ tenant: TenantID, in store: TenancyStore) async throws {
        let title = tenant == .system ? "system" : "tenant \(tenant)"
        do {
            let verdict = try await store.verifyAudit(of: tenant)
            print("\(title): \(verdict.kept) of \(verdict.count) entries kept, \(Hex.encode(verdict.head))")
        } catch let broken as AuditBreak {
            throw CommandFailure(.failed, "clariva: the audit log of \(title) does not hold: \(broken)")
        } catch KeyError.noTenant {
            throw CommandFailure(.failed, "clariva: there is no tenant \(tenant)")
        }
    }
}
