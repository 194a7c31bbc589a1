import ArgumentParser
import Foundation
import Gateway
import Integrations
import Storage
import Tenancy

/// `clariva doctor`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks configuration, database, keys, Graph reachability and each connection, and names the fix.",
        discussion: """
            It changes nothing and may run beside the service. For each connection: is the token alive and for the \
            right account, are all scopes granted, are webhooks subscribed, when did the last one arrive. The operational \
            webhook gets one signed call of the type doctor.test. Warnings \
            leave the exit status at 0; a check that fails makes it 1.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Option(help: ArgumentHelp("Only this tenant's connections.", valueName: "id")) var tenant: String?

    func validate() throws {
        if let tenant, TenantID(tenant) == nil { throw ValidationError("--tenant is no id") }
    }

    func run() async throws {
        var report = DoctorReport()
        let configuration: GatewayConfiguration
        do {
            let loaded = try await options.load()
            configuration = loaded.configuration
            report.section("configuration")
            report.add(CheckResult("variables", .pass, "complete"))
            for warning in loaded.warnings {
                report.add(CheckResult(warning.variable, .warn, warning.problem, fix: "correct or remove it"))
            }
        } catch let failure as CommandFailure {
            // Every other check rests on it.
            throw CommandFailure(
                .failed, failure.message + "\n  fix: correct these; nothing else was checked")
        }
        let transport = try CurlTransport()
        defer { transport.shutdown() }
        report.section("Graph API")
        report.add(await GraphReachability(transport: transport).run(configuration))
        report.section("owners")
        report.add(await NotifyCheck(transport: transport).run(configuration.notify, now: SystemClock().now))
        let keySet = await KeySetCheck().run(configuration)
        if !keySet.isEmpty { report.section("identity provider") }
        report.add(keySet)
        try await checkDatabase(configuration, configuration.integrations(transport: transport), &report)
        print(report.text)
        guard report.failures == 0 else {
            throw CommandFailure(.failed, "clariva: \(report.failures) of \(report.count) checks failed")
        }
    }

    private func checkDatabase(
        _ configuration: GatewayConfiguration, _ integrations: IntegrationRegistry, _ report: inout DoctorReport
    ) async throws {
        report.section("database")
        if let path = configuration.missingFile {
            report.add(
                CheckResult("file", .fail, "\(path) is missing", fix: "run clariva migrate, or start the service"))
            return
        }
        guard let keyRing = configuration.keyRing else { return }
        let engine: any Engine
        do {
            engine = try configuration.openEngine(exclusive: false)
        } catch let failure as CommandFailure {
            report.add(CheckResult("file", .fail, failure.told, fix: "check the path and its permissions"))
            return
        }
        let database = DatabaseCheck(engine: engine, store: TenancyStore(engine: engine, keyRing: keyRing))
        let results = await database.run()
        report.add(results)
        if !results.contains(where: { $0.status == .fail }) {
            do {
                try await checkConnections(database.store, integrations, &report)
            } catch let failure as CommandFailure {
                report.add(CheckResult("tenant", .fail, failure.told, fix: "leave --tenant out to check every one"))
            } catch {
                report.add(
                    CheckResult("connections", .fail, "cannot be read (\(error))", fix: "see the database's checks"))
            }
        }
        await engine.close()
    }

    private func checkConnections(
        _ store: TenancyStore, _ integrations: IntegrationRegistry, _ report: inout DoctorReport
    ) async throws {
        let check = ConnectionCheck(integrations: integrations, now: SystemClock().now)
        for tenant in try await tenants(store) {
            let connections = try await store.read(tenant.id) { try $0.connections() }
                .filter { $0.state != .disconnected }
            report.section("tenant \(tenant.id) \(tenant.name)")
            if connections.isEmpty {
                report.add(CheckResult("connection", .warn, "none", fix: "send the doctor a connect link"))
            }
            for connection in connections {
                report.note("connection \(connection.id), \(connection.flow.rawValue), \(connection.state.rawValue)")
                report.add(await check.run(connection))
            }
        }
    }

    private func tenants(_ store: TenancyStore) async throws -> [Tenant] {
        if let wanted = tenant.flatMap({ TenantID($0) }) {
            guard wanted != .system, let tenant = try await store.tenant(wanted) else {
                throw CommandFailure(.failed, "clariva: there is no tenant \(wanted)")
            }
            return [tenant]
        }
        var all: [Tenant] = []
        while true {
            let page = try await store.tenants(after: all.last?.id, limit: 200)
            if page.isEmpty { return all }
            all += page
        }
    }
}

extension CommandFailure {
    /// Within a line that says by itself who speaks.
    fileprivate var told: String { String(message.trimmingPrefix("clariva: ")) }
}
