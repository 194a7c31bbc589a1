import Foundation

/// What one chaos run does, in numbers: the short and the long form are the same run.
struct ChaosPlan: Sendable {
    enum Database: String, Sendable {
        case sqlite = "SQLite"
        case postgres = "PostgreSQL"
    }

    /// One thing that goes wrong while patients write.
    enum Step: Sendable {
        /// Nothing, for so many seconds.
        case calm(seconds: Double)
        /// SIGKILL of one process after the other, each at a random moment.
        case randomKills(Int)
        /// Processes that kill themselves at each named point, so many at each.
        case pointKills(Int)
        /// The database server is killed with all its processes, and started again on the same folder.
        case databaseKills(Int)
        /// Connections to the database are ended from its side.
        case terminateBackends(perSecond: Double, seconds: Double)
        /// SIGSTOP of a process at a random moment, SIGCONT after so many seconds.
        case stops(Int, seconds: Double)
        /// A process stops itself between the durable claim of a send and the send, and goes on after so many seconds.
        case stopsBeforeSending(Int, seconds: Double)
        /// The database's disk is full for so many seconds.
        case fullDisk(seconds: Double)
        /// Commits are no longer waited for, and the server is killed: what a database without syncing does at a power
        /// cut.
        case unsyncedDatabaseKills(Int)
        /// Statements that take a safeguard out of the database.
        case sabotage([String])
    }

    var name: String
    var database: Database
    var steps: [Step]
    var accounts = 100
    /// Patients of each account who write again and again; the others write once.
    var regulars = 12
    /// What patients write; each message makes an echo, and some an edit or a duplicate, so that about 2.2 webhooks come
    /// with it.
    var messagesPerSecond = 100.0
    /// How long everything may take to come to rest after the faults.
    var restSeconds = 240
    var workers = 2
    /// Keeps the database on a small disk of its own, which `fullDisk` needs.
    var diskMegabytes: Int?
    /// Of every process of the service.
    var environment: [String: String] = [:]
    /// The share of deliveries that are made more than once, and how often.
    var duplicates = 0.05
    var copies = 2

    /// Hundreds of kills, and what else goes wrong, on one engine.
    static func long(_ database: Database) -> ChaosPlan {
        var steps: [Step] = [.calm(seconds: 20), .randomKills(200), .pointKills(20)]
        if database == .postgres {
            steps += [.databaseKills(20), .terminateBackends(perSecond: 5, seconds: 60)]
            steps += [.stopsBeforeSending(5, seconds: 30)]
        }
        steps += [.stops(2, seconds: 30), .calm(seconds: 20)]
        var plan = ChaosPlan(name: "long", database: database, steps: steps, restSeconds: 900)
        // More webhooks than can be answered on two cores while everything is killed: each comes three times.
        plan.messagesPerSecond = 48
        (plan.duplicates, plan.copies) = (1, 3)
        return plan
    }

    /// A full disk, on a small one.
    static func disk(_ database: Database) -> ChaosPlan {
        ChaosPlan(
            name: "full disk", database: database,
            steps: [
                .calm(seconds: 15), .fullDisk(seconds: 20), .randomKills(3), .fullDisk(seconds: 10), .randomKills(3),
                .calm(seconds: 10),
            ], diskMegabytes: database == .sqlite ? 192 : 512)
    }

    /// A few of everything, for every run of the tests.
    static func short(_ database: Database) -> ChaosPlan {
        var steps: [Step] = [.calm(seconds: 3), .fullDisk(seconds: 3)]
        if database == .postgres { steps += [.databaseKills(2), .terminateBackends(perSecond: 5, seconds: 4)] }
        // Last what ends processes: what a failing database has left half-done is taken up by a start, and only after two
        // minutes by a process that goes on.
        steps += [.randomKills(8), .pointKills(1)]
        steps += database == .postgres ? [.stopsBeforeSending(1, seconds: 20)] : [.stops(1, seconds: 3)]
        steps += [.calm(seconds: 2)]
        var plan = ChaosPlan(name: "short", database: database, steps: steps)
        plan.messagesPerSecond = 60
        plan.restSeconds = 180
        plan.diskMegabytes = database == .sqlite ? 128 : 384
        return plan
    }

    /// Three services that are broken on purpose: the judge has to see it.
    ///
    /// A database without syncing loses nothing by SIGKILL alone, since the system's cache outlives the process. So it is
    /// PostgreSQL that is broken here: commits that are not waited for are in its own memory. For the same reason SQLite
    /// has no such case. Without the keys on replies and messages every statement that relies on them fails: nothing is
    /// answered, which shows by itself.
    static let controls: [(plan: ChaosPlan, sees: ChaosVerdict.Promise)] = [
        (
            control("commits are not synced", [.calm(seconds: 5), .unsyncedDatabaseKills(3), .calm(seconds: 3)]),
            .nothingLost
        ),
        (
            control(
                "no epoch check", [.calm(seconds: 3), .stopsBeforeSending(3, seconds: 35), .calm(seconds: 3)],
                environment: ["CLARIVA_FAULT_SWITCH": "no_epoch_check"]), .answeredOnce
        ),
        (
            control(
                "no unique constraints",
                [
                    .sabotage(["events_dedup", "replies_in_flight"].map { "DROP INDEX \($0)" }), .calm(seconds: 5),
                    .randomKills(4), .calm(seconds: 3),
                ], duplicates: 0.5), .storedOnce
        ),
    ]

    /// Fewer messages and a shorter rest: what is broken shows soon.
    private static func control(
        _ name: String, _ steps: [Step], duplicates: Double = 0.05, environment: [String: String] = [:]
    ) -> ChaosPlan {
        var plan = ChaosPlan(name: name, database: .postgres, steps: steps)
        plan.messagesPerSecond = 40
        plan.restSeconds = 80
        plan.duplicates = duplicates
        plan.environment = environment
        return plan
    }
}
