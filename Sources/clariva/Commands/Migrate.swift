import ArgumentParser
import Gateway
import Storage
import Tenancy

/// `clariva migrate`
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Applies what the database's schema misses.",
        discussion: """
            SQLite is also migrated by `clariva serve`, which must not run meanwhile. A migration that was applied \
            is never applied again, and a database that is newer than this program is left alone.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let engine = try configuration.openEngine(exclusive: true)
        do {
            let applied = try await Migrator(engine).migrate(now: SystemClock().now.milliseconds)
            await engine.close()
            print(
                applied.isEmpty
                    ? "The schema is current." : "Applied: \(applied.map(String.init).joined(separator: ", "))")
        } catch {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)")
        }
    }
}
