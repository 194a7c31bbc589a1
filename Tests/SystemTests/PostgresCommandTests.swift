import Foundation
import TestSupport
import Testing

/// The life of a PostgreSQL database as its operators lead it: made, migrated, served, looked at.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
struct PostgresCommandTests {
    private struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    private func run(
        _ arguments: [String], in clinic: Clinic, database url: String
    ) async throws -> Answer {
        let environment = clinic.environment.merging(["CLARIVA_DATABASE_URL": url]) { $1 }
        let process = try ChildProcess(arguments, environment: environment, folder: clinic.folder)
        let status = try await process.exitStatus()
        return Answer(status: status, output: process.output, errors: process.errors)
    }

    @Test func anEmptyDatabaseIsRefusedUntilItIsMigrated() async throws {
        let clinic = try await Clinic()
        let empty = try await ServiceDatabase(isMigrated: false)
        let service = try await run(["serve"], in: clinic, database: empty.url)
        #expect(service.status == 1)
        #expect(service.errors.contains("the database has no schema: run clariva migrate"))
        let keys = try await run(["keys", "list"], in: clinic, database: empty.url)
        #expect(keys.status == 1 && keys.errors.contains("run clariva migrate"))
        let doctor = try await run(["doctor"], in: clinic, database: empty.url)
        #expect(doctor.status == 1 && doctor.output.contains("fix: run clariva migrate"))

        // The service's role cannot migrate, and is told who can.
        let app = try await run(["migrate"], in: clinic, database: empty.url)
        #expect(app.status == 1 && app.errors.contains("clariva_owner"))
        for _ in 0..<2 {
            let dry = try await run(["migrate", "--dry-run"], in: clinic, database: empty.ownerURL)
            #expect(dry.status == 0 && dry.output.contains("Would apply: 1 spine"))
        }
        #expect(try empty.run("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == ["0"])

        // Two at once.
        async let one = run(["migrate"], in: clinic, database: empty.ownerURL)
        async let other = run(["migrate"], in: clinic, database: empty.ownerURL)
        for answer in [try await one, try await other] {
            #expect(answer.status == 0, "\(answer.errors)")
        }
        let again = try await run(["migrate"], in: clinic, database: empty.ownerURL)
        #expect(again.status == 0 && again.output.contains("The schema is current."))
        #expect(try await run(["keys", "list"], in: clinic, database: empty.url).status == 0)
    }

    @Test func aDatabaseThatIsNewerIsRefusedWhereItSaysSo() async throws {
        let clinic = try await Clinic()
        let database = try await ServiceDatabase()
        try database.run("INSERT INTO schema_migrations VALUES (900, 'later', 'x', 900, 0)")
        for command in [["serve"], ["keys", "list"], ["migrate"], ["migrate", "--dry-run"]] {
            let owner = command.first == "migrate"
            let answer = try await run(command, in: clinic, database: owner ? database.ownerURL : database.url)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("needs a program of schema 900 or later"), "\(command): \(answer.errors)")
        }
    }

    @Test func aRoleThatMayDoTooMuchIsRefusedWithEverythingThatIsTooMuch() async throws {
        let clinic = try await Clinic()
        let database = try await ServiceDatabase()
        let service = try await run(["serve"], in: clinic, database: database.ownerURL)
        #expect(service.status == 78)
        for words in ["clariva_owner owns", "may CREATE in the schema public", "fix:", "deploy/postgres/roles.sql"] {
            #expect(service.errors.contains(words), "\(words): \(service.errors)")
        }
        #expect(!service.errors.contains("postgres://"))
        let doctor = try await run(["doctor"], in: clinic, database: database.ownerURL)
        #expect(doctor.status == 1 && doctor.output.contains("FAIL  rights: the role clariva_owner owns"))
        let good = try await run(["doctor"], in: clinic, database: database.url)
        #expect(good.output.contains("ok    rights"), "\(good.output)")
    }

    @Test func aServerThatIsNotThereIsNamedWithoutItsAddress() async throws {
        let clinic = try await Clinic()
        let url = "postgres://clariva_app:very-secret@127.0.0.1:1/clariva"
        for command in [["serve"], ["keys", "list"], ["migrate"], ["doctor"]] {
            let answer = try await run(command, in: clinic, database: url)
            #expect(answer.status == 1, "\(command)")
            #expect((answer.errors + answer.output).contains("cannot connect to PostgreSQL"), "\(command): \(answer)")
            #expect(!(answer.errors + answer.output).contains("very-secret"))
        }
    }

    @Test func theServiceRunsAndItsCommandsWorkBesideIt() async throws {
        let database = try await ServiceDatabase()
        let clinic = try await Clinic(extra: ["CLARIVA_DATABASE_URL": database.url])
        let service = try await clinic.start()
        let tenant = try await clinic.service.post("/v1/tenants", ["name": "Praxis", "flow": "instagram_login"])
        #expect(tenant["id"]?.string != nil)
        let made = try await run(["keys", "create", "--name", "k"], in: clinic, database: database.url)
        #expect(made.status == 0)
        let listed = try await run(["keys", "list"], in: clinic, database: database.url)
        #expect(listed.output.contains("k "))
        let replay = try await run(
            ["events", "replay", "--state", "failed", "--dry-run"], in: clinic, database: database.url)
        #expect(replay.status == 0 && replay.output.contains("0 found"))
        let rotated = try await run(["keys", "rotate-encryption"], in: clinic, database: database.url)
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(service.isRunning)
    }
}

/// The same for the dry run on SQLite.
@Suite(.serialized, .hangLimit)
struct MigrateCommandTests {
    @Test func aDryRunMakesNoFile() async throws {
        let clinic = try await Clinic()
        let path = clinic.folder.appending(path: "fresh.db").path
        let environment = clinic.environment.merging(["CLARIVA_DATABASE_URL": "sqlite:\(path)"]) { $1 }
        let dry = try ChildProcess(["migrate", "--dry-run"], environment: environment, folder: clinic.folder)
        #expect(try await dry.exitStatus() == 0)
        #expect(dry.output.contains("Would apply: 1 spine"))
        #expect(!FileManager.default.fileExists(atPath: path))
        let real = try ChildProcess(["migrate"], environment: environment, folder: clinic.folder)
        #expect(try await real.exitStatus() == 0)
        let current = try ChildProcess(["migrate", "--dry-run"], environment: environment, folder: clinic.folder)
        #expect(try await current.exitStatus() == 0)
        #expect(current.output.contains("The schema is current."))
    }
}
