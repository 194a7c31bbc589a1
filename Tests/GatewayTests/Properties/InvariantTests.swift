import TestSupport
import Testing

/// Random histories against the eight invariants, and for each invariant broken variants that they catch.
@Suite(.serialized, .timeLimit(.minutes(25 + HistorySeeds.count))) struct InvariantTests {
    private static let steps = 60

    @Test func everyInvariantHoldsThroughRandomHistories() async throws {
        try await everyInvariantHolds(HistorySeeds(HistorySeeds.count, fresh: HistorySeeds.count / 5))
    }

    @Test(.enabled(if: TestServer.url != nil))
    func everyInvariantHoldsOnPostgreSQL() async throws {
        try await TestEngine.$current.withValue(.postgres) {
            try await everyInvariantHolds(HistorySeeds(max(1, HistorySeeds.count / 6), fresh: 1))
        }
    }

    private func everyInvariantHolds(_ seeds: HistorySeeds) async throws {
        var outcomes: [Outcome: Int] = [:]
        for seed in seeds.all {
            var history = try await History(seed: seed)
            try await history.play(steps: Self.steps)
            let judge = try await Invariants(history)
            let broken = try await judge.broken()
            #expect(broken.isEmpty, "seed \(seed): \(broken)")
            for outcome in judge.outcomes() { outcomes[outcome, default: 0] += 1 }
            await history.world.end()
        }
        let all = outcomes.values.reduce(0, +)
        let answered = outcomes[.answered, default: 0]
        print("of \(all) messages \(answered) were answered; the others: \(outcomes.filter { $0.key != .answered })")
        // People take over, tokens die, texts are taken back: but most of what is written is answered.
        #expect(answered * 2 > all)
    }

    /// Each control breaks the product in one way from outside; the histories have to notice within a few seeds.
    @Test(arguments: Sabotage.allCases)
    func aBrokenVariantIsCaught(_ sabotage: Sabotage) async throws {
        for seed in HistorySeeds(25, fresh: 0).all {
            var history = try await History(seed: seed, sabotage: sabotage)
            try await history.play(steps: Self.steps)
            let broken = try await Invariants(history).broken()
            await history.world.end()
            if let fault = broken[sabotage.invariant] { return print("\(sabotage), seed \(seed): \(fault)") }
        }
        Issue.record("\(sabotage) was not caught")
    }
}
