import Storage
import Testing

struct IdentifierTests {
    @Test func readsAndWritesTheHyphenatedForm() throws {
        // RFC 9562, appendix A.6.
        let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        let id = try #require(Identifier(text))
        #expect(id.description == text)
        #expect(Identifier(text.uppercased()) == id)
        #expect(Identifier(bytes: id.bytes) == id)
        #expect(id.createdAt == 1_645_557_742_000)
    }

    @Test(
        arguments: [
            "", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4+dc0c0c07398f",
            " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398é",
        ])
    func refusesWhatIsNoIdentifier(_ text: String) {
        #expect(Identifier(text) == nil)
    }

    @Test func refusesBytesOfAnotherLength() {
        #expect(Identifier(bytes: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(Identifier(bytes: [UInt8](repeating: 0, count: 17)) == nil)
    }

    @Test func risesWhileTheClockStandsStillOrGoesBack() {
        let source = IdentifierSource()
        var last = Identifier(high: 0, low: 0)
        for now in [Int64](repeating: 1_750_000_000_000, count: 5000) + [1_749_000_000_000, 0, -5, 1_750_000_000_001] {
            let id = source.make(now: now)
            #expect(id > last)
            #expect(id.high >> 12 & 15 == 7)
            #expect(id.low >> 62 == 2)
            last = id
        }
    }

    @Test func givesConcurrentCallersDifferentIdentifiers() async {
        let source = IdentifierSource()
        let ids = await withTaskGroup(of: [Identifier].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).map { _ in source.make(now: 1_750_000_000_000) } } }
            return await group.reduce(into: Set<Identifier>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 16_000)
    }
}
