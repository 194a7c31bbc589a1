import Foundation

/// Which histories are played: the same ones in every run, and some that no run has seen yet.
///
/// `CLARIVA_TEST_SEED` names the first of a row instead (`random` takes one by chance), `CLARIVA_HISTORIES` how many.
struct HistorySeeds {
    let all: [UInt64]

    /// How many a run plays; whoever looks for what no run has seen yet asks for more.
    static let count = environment("CLARIVA_HISTORIES").flatMap { Int($0) } ?? 30

    /// - Parameters:
    ///   - count: how many.
    ///   - fresh: how many of them are new in each run.
    init(_ count: Int, fresh: Int) {
        let first: UInt64
        var new: [UInt64] = []
        if let given = Self.environment("CLARIVA_TEST_SEED") {
            first = UInt64(given) ?? Self.any()
        } else {
            first = 1
            new = (0..<min(fresh, count - 1)).map { _ in Self.any() }
        }
        let row = (0..<UInt64(count - new.count)).map { first &+ $0 }
        all = row + new
        let told = new.isEmpty ? "" : ", and fresh \(new.map(String.init).joined(separator: " "))"
        print("histories with the seeds \(first) to \(row.last ?? first)\(told) (CLARIVA_TEST_SEED repeats them)")
    }

    private static func any() -> UInt64 { UInt64.random(in: 1_000...1_000_000_000) }

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
