import ArgumentParser
import Gateway
import Logging
import Storage
import Tenancy

/// `clariva serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service: receives webhooks, answers messages, serves the admin API and the pages.",
        discussion: """
            Log records go to standard output, one a line; the record `listening` names the port, also where \
            CLARIVA_HTTP_PORT is 0. SIGTERM stops accepting, ends what is under way and exits 0; what is then not done \
            is in the database and goes on at the next start. A second serve on the same SQLite file exits 1.

            SQLite is migrated first. PostgreSQL is not: an out-of-date schema is refused, as is a role with more rights \
            than the service needs (deploy/postgres/roles.sql makes the right one).
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: """
            all; or, where processes share a PostgreSQL database, gateway (webhooks, API and pages) or worker (answers \
            messages; of HTTP only /healthz, /readyz and /metrics). Any number of each.
            """,
        transform: Role.parse)
    var role: Role = .all

    func run() async throws {
        let (configuration, warnings) = try await options.load()
        if role != .all, case .sqlite = configuration.database {
            throw CommandFailure(
                .badConfiguration,
                "clariva: --role \(role.rawValue) needs PostgreSQL: two processes cannot share one SQLite database")
        }
        let logger = LogRecordHandler.logger(configuration)
        for warning in warnings {
            logger.warning(
                "unknown configuration variable",
                metadata: ["variable": "\(warning.variable)", "problem": "\(warning.problem)"])
        }
        let engine = try configuration.openEngine(exclusive: true)
        do {
            try await configuration.refuseExcessiveRights(engine)
            let gateway = try await Gateway(configuration, engine: engine, role: role, logger: logger)
            try await gateway.run()
            await engine.close()
            logger.notice("stopped")
        } catch let failure as CommandFailure {
            await engine.close()
            throw failure
        } catch let error as KeyError {
            await engine.close()
            throw CommandFailure(
                .badConfiguration,
                """
                clariva: CLARIVA_ENCRYPTION_KEYS lacks a key: \(error), and data keys are wrapped under it. Put it back \
                behind the newest one, and run clariva keys rotate-encryption before removing it.
                """)
        } catch let error as StorageError {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)")
        } catch {
            await engine.close()
            throw CommandFailure(.failed, "clariva: the service ended: \(error)")
        }
    }
}

extension Role {
    fileprivate static func parse(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else {
            throw ValidationError("'\(text)' is no role: use \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }
}
