import TestSupport
import Testing

@testable import Tenancy

/// What makes two deliveries the same, and what keeps those that arrive together near each other.
@Suite(.everyEngine) struct DeduplicationKeyTests {
    private func key(_ text: String, _ circumstances: [String] = ["instagram"]) async throws -> [UInt8] {
        let test = try await TestStore()
        return DeduplicationKey.make(
            circumstances, bytes: Array(text.utf8), keys: try await test.store.keys(of: .system))
    }

    /// The first six bytes, as the number that they are.
    private func time(_ text: String) async throws -> Int {
        try await key(text).prefix(6).reduce(0) { $0 << 8 | Int($1) }
    }

    @Test(arguments: [
        (#"{"sender":{"id":"1000000000000001"},"timestamp":1764000000123,"message":{}}"#, 1_764_000_000_123),
        (#"{"timestamp":"1764000000123"}"#, 1_764_000_000_123), (#"{"timestamp":1764000000}"#, 1_764_000_000),
        (#"{"message":{"text":"call +4915112345678"}}"#, 0),
        (#"{"message":{"text":"\"timestamp\":4915112345678"},"timestamp":1764000000123}"#, 1_764_000_000_123),
        (#"{"timestamp":"#, 0), (#"{"timestamp":""#, 0), (#"{"timestamp":{}}"#, 0), ("", 0),
    ])
    func beginsWithTheTimeThatTheItemTellsAndNothingOfItsText(text: String, expected: Int) async throws {
        #expect(try await time(text) == expected)
    }

    @Test func differsInOneByteAndInWhatTheItemStoodIn() async throws {
        let test = try await TestStore()
        let keys = try await test.store.keys(of: .system)
        let bytes = Array(#"{"timestamp":1764000000123,"message":{"mid":"m"}}"#.utf8)
        var changed = bytes
        changed[changed.count - 4] ^= 1
        let key = DeduplicationKey.make(["a", "b"], bytes: bytes, keys: keys)
        #expect(key.count == 38)
        #expect(key == DeduplicationKey.make(["a", "b"], bytes: bytes, keys: keys))
        #expect(key != DeduplicationKey.make(["a", "b"], bytes: changed, keys: keys))
        #expect(key != DeduplicationKey.make(["ab", ""], bytes: bytes, keys: keys))
    }
}
