import ArgumentParser
import Gateway
import Logging
import Storage

/// `clariva serve`
struct Serve: AsyncParsableCommand {
    /// Which part of the service a process is.
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case all, gateway, worker
    }

    static let configuration = CommandConfiguration(
        abstract: "Runs the service: receives webhooks, answers messages, serves the admin API and the pages.",
        discussion: """
            Log records go to standard output, one a line; the record `listening` names the port, also where \
            CLARIVA_HTTP_PORT is 0. SIGTERM stops accepting, ends what is under way and exits 0; what is then not done \
            is in the database and goes on at the next start. A second serve on the same SQLite file exits 1.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "all, or one half of it where several machines share a PostgreSQL database.")
    var role: Role = .all

    func run() async throws {
        let (configuration, warnings) = try await options.load()
        guard role == .all else {
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
            let gateway = try await Gateway(configuration, engine: engine, logger: logger)
            try await gateway.run()
            await engine.close()
            logger.notice("stopped")
        } catch let error as StorageError {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)")
        } catch {
            await engine.close()
            throw CommandFailure(.failed, "clariva: the service ended: \(error)")
        }
    }
}
