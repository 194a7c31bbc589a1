import Integrations
import TestSupport
import Testing

@Suite struct InstagramMessageIDTests {
    @Test func readsEveryVector() throws {
        let vectors = try #require(try SamplePayload.value("mid-vectors")["vectors"]?.array)
        #expect(vectors.count == 5)
        for vector in vectors {
            let mid = try #require(vector["mid"]?.string)
            let id = try #require(InstagramMessageID(mid))
            #expect(id.plain == vector["plain"]?.string)
            #expect(id.account == vector["account"]?.string)
            #expect(String(id.thread) == vector["thread"]?.string)
            #expect(String(id.item) == vector["item"]?.string)
            #expect(Int64(id.createdAtMicroseconds) == vector["itemTimeMicros"]?.integer)
            #expect(id.createdAt == vector["webhookTimestampMs"]?.integer)
            #expect(id.encoded == mid)
            #expect(id.conversationID == vector["conversation"]?.string)
            #expect(id.conversation.plain == vector["conversationPlain"]?.string)
            #expect(InstagramMessageID(account: id.account, thread: id.thread, item: id.item) == id)

            let conversation = try #require(InstagramConversationID(id.conversationID))
            #expect(conversation == id.conversation)
        }
    }

    @Test func refusesEveryNegativeVector() throws {
        let negatives = try #require(try SamplePayload.value("mid-vectors")["negatives"]?.array)
        #expect(negatives.count == 8)
        for negative in negatives {
            let mid = try #require(negative["mid"]?.string)
            #expect(InstagramMessageID(mid) == nil)
            #expect(InstagramConversationID(mid) == nil)
        }
    }

    @Test(arguments: [
        "ig_dm_item:1:IGMessageID:17841400000000001:1",
        "ig_dm_item:1:IGMessageID:17841400000000001:1:2:3",
        "ig_dm_item:1:IGMessageID::1:2",
        "ig_dm_item:1:IGMessageID:1784140000000000x:1:2",
        "ig_dm_item:1:IGMessageID:17841400000000001:01:2",
        "ig_dm_item:1:IGMessageID:17841400000000001:+1:2",
        "ig_dm_item:1:IGMessageID:17841400000000001:1:-2",
        "ig_dm_item:1:IGMessageID:17841400000000001:1:",
        "ig_dm_item:1:IGMessageID:17841400000000001:1:2 ",
        "ig_dm_item:1:IGMessageID:17841400000000001:340282366920938463463374607431768211456:2",
        "ig_dm_item:1:IGMessageID:\u{301}17841400000000001:1:2",
        "ig_dm_item:1:IGMessageID:17841400000000001:\u{661}:2",
        "ig_dm_item:2:IGMessageID:17841400000000001:1:2",
        "ig_dm:1:IGMessageThread:17841400000000001:1",
    ])
    func refusesAnIDOfAnotherForm(_ plain: String) {
        #expect(InstagramMessageID(EscapedBase64.encode(Array(plain.utf8))) == nil)
    }

    @Test func refusesAnOverlongID() {
        let account = String(repeating: "1", count: 2_000)
        #expect(InstagramMessageID(InstagramMessageID(account: account, thread: 1, item: 2).encoded) == nil)
    }

    @Test func refusesBytesThatAreNoText() {
        #expect(InstagramMessageID(EscapedBase64.encode(Array("ig_dm_item:1:IGMessageID:1:2:".utf8) + [0xFF])) == nil)
    }

    @Test func twoViewsOfAMessageShareThreadAndItem() throws {
        let vectors = try SamplePayload.value("mid-vectors")["vectors"]
        let mine = try #require(InstagramMessageID(vectors?[0]?["mid"]?.string ?? ""))
        let theirs = try #require(InstagramMessageID(vectors?[1]?["mid"]?.string ?? ""))
        #expect(mine != theirs)
        #expect(mine.thread == theirs.thread && mine.item == theirs.item)
    }

    @Test func roundTripsRandomIDs() throws {
        var random = SeededRandom(for: "roundTripsRandomIDs")
        for _ in 0..<2_000 {
            let id = InstagramMessageID(
                account: String(UInt64.random(in: 0 ... .max, using: &random)),
                thread: UInt128.random(in: 0 ... .max >> UInt128.random(in: 0...127, using: &random), using: &random),
                item: UInt128.random(in: 0 ... .max >> UInt128.random(in: 0...127, using: &random), using: &random))
            #expect(InstagramMessageID(id.encoded) == id)
            #expect(InstagramConversationID(id.conversationID) == id.conversation)
        }
    }
}
