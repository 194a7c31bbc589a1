import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct SenderlessShareTests {
    /// Of four messages one came without its sender and one never got one; the edits that doubled known ones are none.
    @Test func countsMessagesAndNotWhatDoublesThem() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let verdicts: [(kind: String, verdict: EventVerdict)] = [
            ("message", EventVerdict(.done, .replied, strategy: "payload")),
            ("message", EventVerdict(.done, .cooldown, strategy: "payload")),
            ("edit", EventVerdict(.done, .replied, strategy: "message_lookup")),
            ("edit", EventVerdict(.parked, .senderUnresolved)),
            ("edit", EventVerdict(.done, .editNoise, strategy: "message_store")),
            ("edit", EventVerdict(.done, .editNoise, strategy: "message_store")),
            ("edit", EventVerdict(.done, .editNoise)),
        ]
        for (number, entry) in verdicts.enumerated() {
            let event = try await test.event(of: tenant, bytes: [UInt8(number)])
            try await test.store.writeGlobal(.ingest) { try $0.append([event]) }
            try await test.store.write(tenant) { rows in
                let digest = EventDigest(kind: entry.kind, mid: nil, thread: nil, structure: "{}")
                try rows.describe(event.id, digest)
                try rows.settle(event.id, entry.verdict, now: test.now)
            }
        }
        let share = try await test.store.read(tenant) { rows in
            try rows.senderlessShare(accounts: [Correspondent.account], since: test.now.adding(seconds: -1))
        }
        #expect(share == 0.5)
    }
}
