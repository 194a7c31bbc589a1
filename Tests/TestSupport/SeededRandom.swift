import Foundation

/// Random numbers that a failed run can repeat: SplitMix64 (Steele, Lea and Flood, 2014). The same seed gives the same
/// ones.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// From any seed, which is printed; CLARIVA_TEST_SEED sets it.
    /// - Parameter test: what to print in front of the seed.
    public init(for test: String) {
        let given = ProcessInfo.processInfo.environment["CLARIVA_TEST_SEED"].flatMap { UInt64($0) }
        self.init(seed: given ?? UInt64.random(in: 0 ... .max))
        print("\(test): CLARIVA_TEST_SEED=\(seed)")
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
