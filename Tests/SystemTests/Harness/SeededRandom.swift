import Foundation

/// Random numbers that a failed run can repeat: the seed is printed, and CLARIVA_TEST_SEED sets it.
struct SeededRandom: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    /// - Parameter test: what to print in front of the seed.
    init(for test: String) {
        let given = ProcessInfo.processInfo.environment["CLARIVA_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0 ... .max)
        state = seed
        print("\(test): CLARIVA_TEST_SEED=\(seed)")
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
