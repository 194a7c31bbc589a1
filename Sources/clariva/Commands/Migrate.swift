import ArgumentParser
import Gateway
import Storage
import Tenancy

/// `clariva migrate`
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Applies what the database's schema misses.",
        discussion: """
            SQLite is also migrated by `clariva serve`, which must not run meanwhile. PostgreSQL is migrated only here, as \
            the owner of the schema (deploy/postgres/roles.sql makes the role clariva_owner), and while services run: \
            each migration names the oldest program that may go on running on it, and older ones refuse to start. Two \
            may migrate at once. A migration that was applied is never applied again, and a database that is newer than \
            this program is left alone.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Only print what would be applied.") var dryRun = false

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        if dryRun, configuration.missingFile != nil { return tell(Migration.all) }
        let engine = try configuration.openEngine(exclusive: !dryRun, forMigrating: true)
        do {
            let migrator = Migrator(engine)
            if dryRun {
                tell(try await migrator.pending())
            } else {
                let applied = try await migrator.migrate(now: SystemClock().now.milliseconds)
                print(
                    applied.isEmpty
                        ? "The schema is current." : "Applied: \(applied.map(String.init).joined(separator: ", "))")
            }
            await engine.close()
        } catch let error as StorageError {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)" + (hint(error).map { "\n  fix: \($0)" } ?? ""))
        } catch {
            await engine.close()
            throw CommandFailure(.failed, "clariva: \(error)")
        }
    }

    private func tell(_ missing: [Migration]) {
        guard !missing.isEmpty else { return print("The schema is current.") }
        for migration in missing {
            let line = "Would apply: \(migration.title)"
            // Whoever upgrades while services run wants to know which of them must go first.
            print(line + " (programs of schema \(migration.oldestProgram) or later may run on it)")
        }
    }

    private func hint(_ error: StorageError) -> String? {
        switch error.sqlState {
        case .insufficientPrivilege: "put the owner of the schema, clariva_owner, into CLARIVA_DATABASE_URL"
        case .lockNotAvailable: "a table was in use for too long; nothing of this migration was kept: run it again"
        default: nil
        }
    }
}
