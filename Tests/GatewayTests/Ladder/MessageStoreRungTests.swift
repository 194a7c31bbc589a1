import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized, .hangLimit) struct MessageStoreRungTests {
    /// What the rung tells of a mid: whether it was seen, as a copy or not, and who wrote it.
    private func climb(
        _ ladder: LadderWorld, _ item: ProcessedItem, accounts: Set<String> = []
    ) async throws -> (isCopy: Bool?, from: String?) {
        let check = ladder.check(accounts: accounts)
        return try await ladder.world.store.read(ladder.practice.tenant) { rows in
            let rung = MessageStoreRung(rows: rows, connection: ladder.connection, check: check)
            let seen = try rung.sighting(of: item)
            return (seen?.isCopy, try seen.flatMap { try rung.evidence(of: $0.message) }?.from)
        }
    }

    @Test func aMidSeenBeforeTellsItsSender() async throws {
        let ladder = try await LadderWorld()
        let written = try await ladder.hear(from: "anna")
        let told = try await climb(ladder, try await ladder.item(written.mid))
        #expect(told.isCopy == false)
        #expect(told.from == written.senders[.instagramLogin])
        await ladder.end()
    }

    @Test func aCopyThroughTheOtherFlowTellsItToo() async throws {
        let ladder = try await LadderWorld()
        let written = try await ladder.hear(from: "anna")
        let known = try #require(InstagramMessageID(written.mid))
        let copy = InstagramMessageID(account: known.account, thread: known.thread + 1, item: known.item).encoded
        let told = try await climb(ladder, try await ladder.item(copy, flow: .facebookPage))
        #expect(told.isCopy == true)
        #expect(told.from == written.senders[.instagramLogin])
        #expect(try await climb(ladder, try await ladder.item(copy)).isCopy == nil)
        await ladder.end()
    }

    @Test func aSenderWhomALookUpFoundIsStillKnown() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        // It comes through one flow, and the connection asks through the other.
        try await ladder.world.deliver(
            #"{"message_edit":{"mid":"\#(written.mid)","num_edit":0}}"#, to: ladder.practice, signedBy: .facebook)
        try await ladder.world.pass(seconds: 9)
        let told = try await climb(ladder, try await ladder.item(written.mid))
        #expect(told.from == written.senders[.instagramLogin])
        await ladder.end()
    }

    @Test func strangersOwnMessagesAndConnectedAccountsTellNothing() async throws {
        let ladder = try await LadderWorld()
        let written = try await ladder.hear(from: "anna")
        let stranger = try await climb(ladder, try await ladder.item(try ladder.stranger(to: written)))
        #expect(stranger.isCopy == nil)
        let own = try #require(ladder.world.sandbox.sends().first?.mid)
        let ownTold = try await climb(ladder, try await ladder.item(own))
        #expect(ownTold.isCopy == false && ownTold.from == nil)
        let anna = try #require(written.senders[.instagramLogin])
        let account = try await climb(ladder, try await ladder.item(written.mid), accounts: [anna])
        #expect(account.isCopy == false && account.from == nil)
        await ladder.end()
    }

    /// The event shows what it was resolved by, and the advice on senderless messages does not count it.
    @Test func aSenderlessEditOfAKnownMessageNamesTheStore() async throws {
        let ladder = try await LadderWorld()
        let written = try await ladder.hear(from: "anna")
        let items = [
            #"{"message_edit":{"mid":"\#(written.mid)","num_edit":0}}"#,
            #"{"message_edit":{"mid":"\#(written.mid)","num_edit":1,"text":"hello again"}}"#,
            #"{"message":{"mid":"\#(written.mid)","text":"hello"}}"#,
        ]
        for item in items { try await ladder.world.deliver(item, to: ladder.practice) }
        try await ladder.world.settle()
        let events = try await ladder.world.events(of: ladder.practice).filter { $0.strategy == "message_store" }
        #expect(Set(events.map(\.reason)) == [.editNoise, .editApplied, .duplicate])
        #expect(events.allSatisfy { $0.igsid == written.senders[.instagramLogin] })
        #expect(ladder.world.metric(#"clariva_sender_resolutions_total{strategy="message_store"}"#) == 3)
        let account = ladder.practice.account.id
        let share = try await ladder.world.store.read(ladder.practice.tenant) { rows in
            try rows.senderlessShare(accounts: [account], since: Timestamp(milliseconds: 0))
        }
        #expect(share == 0)
        #expect(ladder.world.sandbox.sends().count == 1)
        await ladder.end()
    }
}
