import Cryptography
import Storage
import Testing

@testable import Tenancy

/// The chain as a value: what holds, and where it does not.
@Suite struct AuditChainTests {
    private func entry(_ sequence: Int64 = 7, previous: [UInt8] = AuditChain.genesis) -> AuditEntry {
        var entry = AuditEntry(
            id: AuditEntryID(Identifier(high: 0x0198_c6f2_0000_7000, low: 0x8000_0000_0000_0002)),
            tenantID: TenantID(Identifier(high: 0x0198_c6f2_0000_7000, low: 0x8000_0000_0000_0001)),
            sequence: sequence, at: Timestamp(milliseconds: 1_750_000_000_000), actor: "api_key", actorID: "k",
            action: "tenant.change", target: "tenant", targetID: nil, detail: #"{"fields":["name"]}"#,
            requestID: "r", previous: previous, hash: [])
        entry.hash = AuditChain.hash(of: entry)
        return entry
    }

    private func chain(_ count: Int64) -> [AuditEntry] {
        (1...count).reduce(into: []) { $0.append(entry($1, previous: $0.last?.hash ?? AuditChain.genesis)) }
    }

    private func walk(_ entries: [AuditEntry], _ bounds: AuditBounds) throws {
        var walk = AuditWalk(bounds)
        for entry in entries { try walk.take(entry) }
        try walk.finish(bounds)
    }

    private func bounds(of entries: [AuditEntry]) -> AuditBounds {
        AuditBounds(count: entries.last?.sequence ?? 0, head: entries.last?.hash ?? AuditChain.genesis)
    }

    /// Computed elsewhere, in another language: entries that are written must stay readable for years.
    @Test func theDigestOfAnEntryStays() {
        #expect(
            Hex.encode(entry().hash) == "f579c6d118c50afed36a385d085bcc8017b4fdf90aa5347d900016b2e1501ba3")
    }

    private static let changes: [@Sendable (inout AuditEntry) -> Void] = [
        { $0.id = AuditEntryID(Identifier(high: 1, low: 1)) },
        { $0.tenantID = TenantID(Identifier(high: 1, low: 1)) },
        { $0.sequence += 1 }, { $0.at = $0.at.adding(milliseconds: 1) }, { $0.actor = "service" },
        { $0.actorID = "l" }, { $0.actorID = nil }, { $0.action = "tenant.create" }, { $0.target = "reply" },
        { $0.targetID = "t" }, { $0.targetID = "" }, { $0.detail = "{}" }, { $0.requestID = nil },
        { $0.previous[31] = 1 },
        // The same characters, otherwise divided.
        { ($0.actor, $0.actorID) = ("api_ke", "yk") },
        { ($0.requestID, $0.targetID) = (nil, "r") },
    ]

    @Test(arguments: changes.indices) func everythingInAnEntryCounts(_ index: Int) {
        var changed = entry()
        Self.changes[index](&changed)
        #expect(AuditChain.hash(of: changed) != changed.hash)
    }

    @Test func aWholeChainHolds() throws {
        let entries = chain(5)
        try walk([], AuditBounds())
        try walk(entries, bounds(of: entries))
        // So does one whose beginning was aged away.
        var aged = bounds(of: entries)
        (aged.first, aged.anchor) = (4, entries[2].hash)
        try walk(Array(entries.dropFirst(3)), aged)
        (aged.first, aged.anchor) = (6, entries[4].hash)
        try walk([], aged)
    }

    @Test func aBreakIsFoundWhereItIs() {
        let entries = chain(5)
        func expect(_ kind: AuditBreak.Kind, _ sequence: Int64, _ change: (inout [AuditEntry]) -> Void) {
            var changed = entries
            change(&changed)
            #expect(throws: AuditBreak(kind: kind, sequence: sequence)) { try walk(changed, bounds(of: entries)) }
        }
        expect(.changed, 3) { $0[2].action = "tenant.create" }
        expect(.changed, 3) { $0[2].hash[0] ^= 1 }
        expect(.missing, 2) { $0.remove(at: 1) }
        expect(.missing, 1) { $0.removeFirst() }
        expect(.missing, 2) { $0.swapAt(1, 2) }
        expect(.changed, 2) { ($0[1], $0[2]) = ($0[2].at(2), $0[1].at(3)) }
        expect(.unexpected, 3) { $0.insert($0[2], at: 3) }
        expect(.unexpected, 0) { $0.insert(entry(0), at: 0) }
        expect(.unexpected, 6) { $0.append(entry(6, previous: $0[4].hash)) }
        expect(.truncated, 5) { $0.removeLast() }
        expect(.truncated, 5) { $0.removeAll() }
        // Made anew, digest and all.
        expect(.unlinked, 4) { $0[2] = $0[2].with { $0.action = "tenant.create" } }
        expect(.otherHead, 5) { $0[4] = $0[4].with { $0.action = "tenant.create" } }
    }
}

extension AuditEntry {
    fileprivate func at(_ sequence: Int64) -> AuditEntry {
        var entry = self
        entry.sequence = sequence
        return entry
    }

    fileprivate func with(_ change: (inout AuditEntry) -> Void) -> AuditEntry {
        var entry = self
        change(&entry)
        entry.hash = AuditChain.hash(of: entry)
        return entry
    }
}
