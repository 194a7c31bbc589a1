import Foundation
import MetaSandbox
import Storage
import TestSupport

/// Plays a plan and judges what came of it.
struct ChaosRun {
    let plan: ChaosPlan
    private(set) var random: SeededRandom

    /// - Parameter plan: printed with the run's seed.
    init(_ plan: ChaosPlan) {
        self.plan = plan
        random = SeededRandom(for: "chaos, \(plan.name), \(plan.database.rawValue)")
    }

    /// What goes wrong at Meta meanwhile, and how often. Fewer sends than the breaker looks for, so that faults of single
    /// calls do not stop all sending.
    private var faults: [FaultRule] {
        [
            FaultRule(.lostAnswer, operation: "send", share: 0.06),
            FaultRule(.lostRequest, operation: "send", share: 0.03),
            FaultRule(.late500, operation: "send", share: 0.04),
            FaultRule(.serverError, operation: "send", share: 0.02),
            FaultRule(.truncatedAnswer, operation: "send", share: 0.02),
            // 613: the account is left alone for a minute.
            FaultRule(.throttle, operation: "send", remaining: plan.accounts / 20),
            // Later than anybody waits for.
            FaultRule(.slowAnswer, operation: "send", share: 0.001, remaining: 20, milliseconds: 21_000),
            // Carried out when its sender may be gone, and another process looks for what became of it.
            FaultRule(.slowRequest, operation: "send", share: 0.002, remaining: 40, milliseconds: 15_000),
            FaultRule(.slowAnswer, operation: "send", share: 0.3, milliseconds: 200),
            FaultRule(.duplicates, share: plan.duplicates, copies: plan.copies),
            FaultRule(.reorder, share: 0.05),
            FaultRule(.senderlessEditOnly, flow: .instagramLogin, share: 0.05),
            FaultRule(.editBeforeMessage, flow: .instagramLogin, share: 0.1),
            FaultRule(.messageLookup500, share: 0.05),
            FaultRule(.echoMissing, share: 0.2),
            FaultRule(.echoFirst, share: 0.1),
        ]
    }

    mutating func play() async throws -> ChaosReport {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let stage = try await ChaosStage(plan, seed: random.seed)
            do {
                let report = try await play(on: stage, &group)
                group.cancelAll()
                return report
            } catch {
                _ = try? await stage.close()
                group.cancelAll()
                throw error
            }
        }
    }

    private mutating func play(
        on stage: ChaosStage, _ group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> ChaosReport {
        var report = ChaosReport(plan: plan, seed: random.seed)
        try await stage.open(in: &group)
        let doctors = try await stage.connect()
        report.doctors = doctors
        for fault in faults { stage.control.switchOn(fault) }

        let load = ChaosLoad(stage.control, doctors, plan, random)
        let start = ContinuousClock.now
        group.addTask { try await load.run() }
        for step in plan.steps {
            try await ChaosStepPlayer(stage: stage).play(step, &report, &random)
        }
        load.end()
        report.seconds = start.duration(to: .now) / .seconds(1)
        report.statuses = stage.book.statuses
        report.longestSilence = stage.book.longestSilence
        stage.control.switchOff()

        let resting = ContinuousClock.now
        let records = try stage.records()
        report.unrest = await rest(stage, records)
        report.restSeconds = resting.duration(to: .now) / .seconds(1)
        report.strikes = stage.control.strikes
        report.history = try await history(stage, records, load)
        report.ends = stage.members.flatMap(\.ends).map(\.text)
        await records.engine.close()
        let statuses = try await stage.close()
        for (member, status) in zip(stage.members, statuses) where status != 0 {
            report.history.crashes.append("\(member.kind.name) ended with \(status) at SIGTERM")
        }
        return report
    }

    /// Waits until nothing moves any more: all delivered, all events settled, no reply on its way.
    /// - Returns: what moves still when the time is over.
    private func rest(_ stage: ChaosStage, _ records: ChaosRecords) async -> String? {
        var unrest: String? = "not looked at"
        _ = try? await poll("rest", within: .seconds(plan.restSeconds), every: .milliseconds(500)) { () -> Void? in
            stage.control.hurryRetries()
            // Twice: the echo of what was sent meanwhile is one that the first look did not know of.
            for _ in 0..<2 {
                unrest = try? await records.unrest()
                let open = stage.control.openDeliveries
                if open > 0 { unrest = "\(open) deliveries, \(unrest ?? "")" }
                if unrest != nil { return nil }
                await stage.control.drain()
            }
            return ()
        }
        return unrest
    }

    private func history(
        _ stage: ChaosStage, _ records: ChaosRecords, _ load: ChaosLoad
    ) async throws -> ChaosHistory {
        var history = ChaosHistory()
        history.asked = load.asked
        history.acknowledged = stage.book.items
        history.kept = try await records.events()
        history.replied = try await records.replies()
        history.undelivered = stage.control.openDeliveries
        history.sent = stage.control.sends().map { send in
            ChaosHistory.Sent(
                seq: send.seq, account: send.account, person: send.person, channel: send.channel.rawValue,
                text: send.text, mid: send.mid)
        }
        let spoiling: [FaultName] = [.lostAnswer, .lostRequest, .late500, .serverError, .truncatedAnswer, .throttle]
        let strikes = stage.control.strikes
        history.faultedSends = spoiling.reduce(0) { $0 + (strikes["\($1.rawValue) send"] ?? 0) }
        // A program that ends with an error because its database is away is started again; one that a signal ends is broken.
        history.crashes = stage.members.flatMap(\.ends).filter { $0.status < 0 }.map(\.text)
        return history
    }
}
