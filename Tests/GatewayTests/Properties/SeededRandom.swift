import Foundation

/// SplitMix64: the same seed gives the same history.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 1, or `CLARIVA_TEST_SEED`: a number to repeat a run, `random` to look for what no run has seen yet.
    static func firstSeed() -> UInt64 {
        let given = ProcessInfo.processInfo.environment["CLARIVA_TEST_SEED"] ?? "1"
        let seed = UInt64(given) ?? UInt64.random(in: 1...1_000_000_000)
        print("histories from seed \(seed) on (set CLARIVA_TEST_SEED to repeat)")
        return seed
    }
}
