import Storage
import Synchronization
import Testing

@testable import Tenancy

@Suite struct TenantTurnsTests {
    private let one = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0001))
    private let other = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0002))

    /// How many ran at the same time.
    private final class Overlap: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock { $0.most } }

        func begin() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }
    }

    @Test func aTenantsFollowEachOtherAndAnothersDoNotWait() async throws {
        let turns = TenantTurns()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let overlap = Overlap()
        let (one, other) = (one, other)
        await withTaskGroup(of: Void.self) { group in
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                await turns.take(one) {
                    begin.finish()
                    for await _ in gate {}
                }
            }
            for await _ in begun {}
            for _ in 0..<20 {
                group.addTask {
                    await turns.take(one) {
                        overlap.begin()
                        await Task.yield()
                        overlap.end()
                    }
                }
            }
            // The first one still holds its turn.
            await turns.take(other) {}
            #expect(overlap.most == 0)
            open.finish()
        }
        #expect(overlap.most == 1)
    }

    @Test func aTurnThatFailsIsPassedOn() async throws {
        let turns = TenantTurns()
        await #expect(throws: CancellationError.self) { try await turns.take(one) { throw CancellationError() } }
        await turns.take(one) {}
    }
}
