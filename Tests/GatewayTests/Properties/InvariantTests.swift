import Foundation
import Testing

extension History {
    /// How many a run plays; whoever looks for what no run has seen yet asks for more.
    fileprivate static let inAll = ProcessInfo.processInfo.environment["CLARIVA_HISTORIES"].flatMap { Int($0) } ?? 40
}

/// Random histories against the eight invariants, and for each invariant a broken variant that they catch.
@Suite(.serialized, .timeLimit(.minutes(5 + History.inAll / 10))) struct InvariantTests {
    @Test func everyInvariantHoldsThroughRandomHistories() async throws {
        let first = SeededRandom.firstSeed()
        for seed in first..<first + UInt64(History.inAll) {
            var history = try await History(seed: seed)
            try await history.play(steps: 60)
            let broken = try await Invariants(history).broken()
            #expect(broken.isEmpty, "seed \(seed): \(broken)")
            await history.world.end()
        }
    }

    /// Each control breaks the product in one way from outside; the histories have to notice within a few seeds.
    @Test(arguments: zip(History.Sabotage.allCases, 1...8))
    func aBrokenVariantIsCaught(sabotage: History.Sabotage, invariant: Int) async throws {
        let first = SeededRandom.firstSeed()
        for seed in first..<first + 25 {
            var history = try await History(seed: seed, sabotage: sabotage)
            try await history.play(steps: 60)
            let broken = try await Invariants(history).broken()
            await history.world.end()
            if broken[invariant] != nil { return }
        }
        Issue.record("\(sabotage) was not caught")
    }
}
