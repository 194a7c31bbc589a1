import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct MessageRowsTests {
    @Test func aMidIsRecordedOnce() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        var again = test.message(Correspondent.mid, in: one.conversation.id)
        again.text = "another text"
        let copy = again
        #expect(try await test.store.write(one.tenant) { try $0.insert(copy) } == false)
        let stored = try await test.store.read(one.tenant) { rows in
            (
                try rows.message(mid: Correspondent.mid)?.text,
                try rows.messages(of: one.conversation.id, limit: 9).items.count
            )
        }
        #expect(stored.0 == Correspondent.text)
        #expect(stored.1 == 1)
    }

    @Test func anOlderEditChangesNothingAndATextThatIsThereIsNotFilled() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let texts = try await test.store.write(one.tenant) { rows in
            var texts: [String?] = []
            func note() throws { texts.append(try rows.message(one.message.id)?.text) }
            try rows.fill(one.message.id, text: "filled")
            try note()
            try rows.edit(one.message.id, text: "second", at: test.now.adding(seconds: 20))
            try rows.edit(one.message.id, text: "first", at: test.now.adding(seconds: 10))
            try note()
            try rows.unsend(one.message.id, at: test.now.adding(seconds: 30))
            try rows.edit(one.message.id, text: "third", at: test.now.adding(seconds: 40))
            try rows.fill(one.message.id, text: "filled")
            try note()
            return texts
        }
        #expect(texts == [Correspondent.text, "second", nil])
    }

    @Test func aKnownAddressLeadsToTheSameConversation() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let claim = PatientClaim(
            accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram, igsid: Correspondent.igsid,
            thread: nil)
        var messenger = claim
        messenger.channel = .messenger
        var other = claim
        other.igsid = "17990009999999999"
        let claims = [claim, messenger, other]
        let found = try await test.store.write(one.tenant) { rows in
            try claims.map { claim in
                try rows.correspond(claim, now: test.now) { test.store.makeID(now: test.now, of: Patient.self).raw }
            }
        }
        #expect(found[0].conversation.id == one.conversation.id && !found[0].isNew)
        #expect(found[1].conversation.id != one.conversation.id && found[1].isNew)
        #expect(found[2].conversation.patientID != one.conversation.patientID)
    }

    /// An address of one flow is never used by another; one thread seen with both makes them one patient.
    @Test func anAddressIsLearnedAnewByAnotherFlowAndTheThreadJoinsThem() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let page = Flow(rawValue: "facebook_page")
        let before = try await test.store.read(one.tenant) { rows in
            try rows.address(
                of: one.conversation.patientID, account: Correspondent.account, flow: page, channel: .instagram)
        }
        #expect(before == nil)
        let claim = PatientClaim(
            accountID: Correspondent.account, flow: page, channel: .instagram, igsid: "555",
            thread: Correspondent.thread)
        let joined = try await test.store.write(one.tenant) { rows in
            try rows.correspond(claim, now: test.now) { test.store.makeID(now: test.now, of: Patient.self).raw }
        }
        #expect(joined.conversation.id == one.conversation.id)
        #expect(joined.address?.igsid == "555" && joined.address?.patientID == one.conversation.patientID)
    }
}
