import Cryptography
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Who runs with which keys.
@Suite(.everyEngine) struct KeyHoldersTests {
    private func store(_ test: TestStore, _ keys: [(id: String, key: SealingKey)]) throws -> TenancyStore {
        TenancyStore(engine: test.engine, keyRing: try #require(KeyRing(keys)))
    }

    @Test func aProcessWithoutTheNewestKeyIsNamed() async throws {
        let test = try await TestStore()
        let new = SealingKey.generate().key
        let command = try store(test, [("new", new), ("old", TestStore.oldKey)])
        #expect(try await command.processesWithoutNewestKey().isEmpty)
        let processes = (0..<4).map { _ in test.store.makeID(now: test.now, of: KeyHolder.self).raw }
        // One has both, one only the old key, one another key of that name, one the new key alone.
        let rings: [[(id: String, key: SealingKey)]] = [
            [("old", TestStore.oldKey), ("new", new)], [("old", TestStore.oldKey)],
            [("new", SealingKey.generate().key), ("old", TestStore.oldKey)], [("new", new)],
        ]
        for (process, ring) in zip(processes, rings) {
            try await store(test, ring).announceKeys(of: process, role: "all", startedAt: test.now, for: 600_000)
        }
        let lacking = try await command.processesWithoutNewestKey()
        #expect(Set(lacking.map(\.id)) == [processes[1], processes[2]])
        #expect(lacking.first?.role == "all" && lacking.first?.startedAt == test.now)
        // One ends, and one has been silent for too long.
        try await test.store.withdrawKeys(of: processes[1])
        try await store(test, rings[2]).announceKeys(of: processes[2], role: "all", startedAt: test.now, for: -1)
        #expect(try await command.processesWithoutNewestKey().isEmpty)
    }
}
