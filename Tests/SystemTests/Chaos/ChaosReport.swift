import Foundation

/// What a chaos run was, and what came of it, for people.
struct ChaosReport: Sendable {
    let plan: ChaosPlan
    let seed: UInt64
    var doctors: [Doctor] = []
    var seconds = 0.0
    var restSeconds = 0.0
    /// Of the deliveries until the load ended.
    var statuses: [Int: Int] = [:]
    var longestSilence: Int64 = 0
    var strikes: [String: Int] = [:]
    var done: [(what: String, count: Int)] = []
    var recoveries: [String] = []
    /// Processes that ended by themselves.
    var ends: [String] = []
    var unrest: String?
    var history = ChaosHistory()

    init(plan: ChaosPlan, seed: UInt64) {
        self.plan = plan
        self.seed = seed
    }

    /// One more of a kind of fault.
    mutating func note(_ what: String) {
        if let index = done.firstIndex(where: { $0.what == what }) {
            done[index].count += 1
        } else {
            done.append((what, 1))
        }
    }

    var verdict: ChaosVerdict { ChaosVerdict(history) }

    var text: String {
        var lines = ["", "chaos, \(plan.name), \(plan.database.rawValue) (CLARIVA_TEST_SEED=\(seed))"]
        func line(_ name: String, _ value: String) {
            lines.append("  " + name.padding(toLength: 56, withPad: " ", startingAt: 0) + value)
        }
        let acknowledged = statuses[200] ?? 0
        let flows = Dictionary(grouping: doctors, by: \.flow).map { "\($1.count) \($0)" }.sorted()
        line("accounts", "\(doctors.count) (\(flows.joined(separator: ", ")))")
        line("processes", plan.database == .sqlite ? "1 all" : "1 gateway, \(plan.workers) workers")
        line("messages written in \(Int(seconds)) s", "\(history.asked.count)")
        line("webhooks acknowledged meanwhile", "\(acknowledged), \(Int(Double(acknowledged) / max(1, seconds)))/s")
        let refused = statuses.filter { $0.key != 200 }.sorted { $0.key < $1.key }
        let attempts = refused.map { "\($1) x \($0 == 0 ? "no answer" : "\($0)")" }
        line("attempts that were not", attempts.joined(separator: ", "))
        line("longest time without an acknowledgement", "\(Double(longestSilence) / 1000) s")
        for (what, count) in done { line(what, "\(count)") }
        for recovery in recoveries { lines.append("  " + recovery) }
        line("processes that ended by themselves", "\(ends.count)")
        line("sends accepted by Meta", "\(history.sent.count)")
        line("faulted sends", "\(history.faultedSends)")
        for (strike, count) in strikes.sorted(by: { $0.key < $1.key }) { line("  \(strike)", "\(count)") }
        for reason in Set(history.replied.map { "\($0.state), \($0.reason ?? "-")" }).sorted() {
            let count = history.replied.count { "\($0.state), \($0.reason ?? "-")" == reason }
            line("replies \(reason)", "\(count)")
        }
        line("came to rest after", unrest.map { "not at all: \($0)" } ?? "\(Int(restSeconds)) s")
        lines.append("  " + String(repeating: "-", count: 76))
        let verdict = verdict
        for promise in ChaosVerdict.Promise.allCases {
            let (count, allowed) = (verdict.count(promise), verdict.allowed(promise))
            let mark = verdict.faults[promise] == nil ? "kept" : "BROKEN"
            let figures = "\(count) of \(allowed) allowed".padding(toLength: 22, withPad: " ", startingAt: 0)
            line(promise.rawValue, figures + mark)
            for fault in verdict.faults[promise]?.sorted().prefix(3) ?? [] { lines.append("    \(fault)") }
        }
        for end in Set(ends).sorted().prefix(3) { lines.append("  ended by itself: \(end)") }
        return lines.joined(separator: "\n")
    }
}
