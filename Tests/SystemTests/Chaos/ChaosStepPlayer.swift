import Foundation
import Storage
import TestSupport

/// Makes one thing go wrong after the other.
struct ChaosStepPlayer {
    let stage: ChaosStage

    func play(_ step: ChaosPlan.Step, _ report: inout ChaosReport, _ random: inout SeededRandom) async throws {
        switch step {
        case .calm(let seconds): try await Task.sleep(for: .seconds(seconds))
        case .randomKills(let count):
            for _ in 0..<count { try await killOne(&report, &random) }
        case .pointKills(let count):
            for point in Set(stage.members.flatMap(\.kind.points)).sorted() {
                for _ in 0..<count { try await killAt(point, &report, &random) }
            }
        case .databaseKills(let count):
            for _ in 0..<count {
                try await Task.sleep(for: .milliseconds(Int.random(in: 500...3000, using: &random)))
                try await killDatabase(&report)
            }
        case .terminateBackends(let rate, let seconds):
            try await terminateBackends(rate, seconds, &report)
        case .stops(let count, let seconds):
            for _ in 0..<count {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...2000, using: &random)))
                guard
                    let member = stage.members.filter({ $0.kind.points.contains("after_sending") })
                        .randomElement(using: &random)
                else { continue }
                member.signal(SIGSTOP)
                try await Task.sleep(for: .seconds(seconds))
                member.signal(SIGCONT)
                report.note("SIGSTOP for \(Int(seconds)) s")
            }
        case .stopsBeforeSending(let count, let seconds):
            for _ in 0..<count { try await stopBeforeSending(seconds, &report, &random) }
        case .fullDisk(let seconds): try await fillDisk(seconds, &report)
        case .unsyncedDatabaseKills(let count):
            for _ in 0..<count { try await killUnsynced(&report) }
        case .sabotage(let statements):
            let records = try stage.records()
            for statement in statements {
                _ = try await records.engine.write(.global) { try $0.execute(statement, []) }
            }
            await records.engine.close()
        }
    }

    private func killOne(_ report: inout ChaosReport, _ random: inout SeededRandom) async throws {
        // The kill itself is what comes at a random moment; nothing is waited for.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &random)))
        guard let member = stage.members.randomElement(using: &random) else { return }
        let generation = member.generation
        member.kill()
        report.note("SIGKILL at a random moment")
        // One start in eight is killed before it does anything.
        if Int.random(in: 0..<8, using: &random) > 0 { try await member.ready(after: generation) }
    }

    private func killAt(
        _ point: String, _ report: inout ChaosReport, _ random: inout SeededRandom
    ) async throws {
        guard let member = stage.members.filter({ $0.kind.points.contains(point) }).randomElement(using: &random)
        else { return }
        let deaths = member.pointDeaths
        let turn = point == "settling_unknown" ? 1 : Int.random(in: 1...8, using: &random)
        member.kill(nextPoint: "\(point):\(turn)")
        try await poll("a process that ends itself at \(point)", within: .seconds(240)) {
            member.pointDeaths > deaths ? () : nil
        }
        report.note("SIGKILL at \(point)")
        try await member.ready(after: member.generation - 1)
    }

    private func killDatabase(_ report: inout ChaosReport) async throws {
        guard let database = stage.database else { return }
        try await database.killNow()
        report.note("PostgreSQL killed and restarted")
        try await database.ready()
        try await acknowledged()
    }

    /// Waits until webhooks are acknowledged again: a fault that follows another before anything works shows nothing.
    private func acknowledged() async throws {
        let before = stage.book.statuses[200] ?? 0
        try await poll("an acknowledged webhook", within: .seconds(90)) {
            (stage.book.statuses[200] ?? 0) > before ? () : nil
        }
    }

    private func terminateBackends(_ rate: Double, _ seconds: Double, _ report: inout ChaosReport) async throws {
        guard let database = stage.database else { return }
        let engine = try database.engine()
        let start = ContinuousClock.now
        // Each at its moment: a pause between two would make them fewer by as long as each takes.
        for number in 0..<Int(rate * seconds) {
            try await Task.sleep(until: start + .seconds(Double(number) / rate), clock: .continuous)
            // Its own connection is one of the engine's and spared.
            let ended = try? await engine.read(.operators) { rows in
                try rows.query(
                    """
                    SELECT pg_terminate_backend(pid)::int FROM (
                        SELECT pid FROM pg_stat_activity
                        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) one
                    """, []
                ).count
            }
            if ended ?? 0 > 0 { report.note("backend terminated") }
        }
        await engine.close()
    }

    private func stopBeforeSending(
        _ seconds: Double, _ report: inout ChaosReport, _ random: inout SeededRandom
    ) async throws {
        guard
            let member = stage.members.filter({ $0.kind.points.contains("after_sending") })
                .randomElement(using: &random)
        else { return }
        let generation = member.generation
        member.kill(nextPoint: "after_sending:\(Int.random(in: 3...10, using: &random)):stop")
        try await poll("a process that stops itself before a send", within: .seconds(240)) {
            member.generation > generation && member.isStopped ? () : nil
        }
        try await Task.sleep(for: .seconds(seconds))
        member.signal(SIGCONT)
        report.note("SIGSTOP between claim and send for \(Int(seconds)) s")
        // What it does when it wakes is what matters: nothing else happens meanwhile.
        try await Task.sleep(for: .seconds(2))
    }

    private func fillDisk(_ seconds: Double, _ report: inout ChaosReport) async throws {
        guard let disk = stage.disk else {
            report.note("full disk: left out, no disk of its own can be mounted here")
            return
        }
        let before = stage.book.statuses[503] ?? 0
        try disk.fill()
        do {
            try await poll("a webhook that cannot be stored", within: .seconds(60)) {
                (stage.book.statuses[503] ?? 0) > before ? () : nil
            }
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            try disk.empty()
            throw error
        }
        try disk.empty()
        report.note("disk full")
        let freed = ContinuousClock.now
        try await acknowledged()
        report.recoveries.append("webhooks acknowledged \(Self.seconds(since: freed)) after the disk had room again")
    }

    private static func seconds(since moment: ContinuousClock.Instant) -> String {
        String(format: "%.1f s", moment.duration(to: .now) / .seconds(1))
    }

    /// New settings reach sessions that are open; a service refuses to open one with them.
    private func killUnsynced(_ report: inout ChaosReport) async throws {
        guard let database = stage.database else { return }
        try database.psql([
            "-c", "ALTER SYSTEM SET synchronous_commit = off", "-c", "SELECT pg_reload_conf()",
        ])
        // They would write out within milliseconds what nobody waits for: less than a kill could show.
        database.stopWriters()
        let before = stage.book.statuses[200] ?? 0
        try await poll("webhooks acknowledged without syncing") {
            (stage.book.statuses[200] ?? 0) > before + 100 ? () : nil
        }
        try await database.killNow {
            try FileManager.default.removeItem(at: $0.appending(path: "data/postgresql.auto.conf"))
        }
        report.note("PostgreSQL killed with commits that were not synced")
        try await database.ready()
        try await acknowledged()
    }
}
