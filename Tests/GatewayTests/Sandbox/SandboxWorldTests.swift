import Integrations
import Testing

@testable import MetaSandbox

/// The world as a pure value: no clock, no sockets.
struct SandboxWorldTests {
    private static let start: Int64 = 1_784_200_237_000

    private func world() -> SandboxWorld {
        var world = SandboxWorld(configuration: SandboxConfiguration(echoDelay: 0))
        world.moment = SandboxWorld.Moment(world: Self.start, real: 0)
        return world
    }

    /// Takes what is due and says which kinds it held, and whether each had its sender.
    private func delivered(_ world: inout SandboxWorld) throws -> [String] {
        var kinds: [String] = []
        while true {
            let due = world.queue.takeDue(world.moment, batch: 1, limit: 100)
            if due.isEmpty { return kinds }
            for delivery in due {
                let item = try JSONValue.parse(delivery.body)["entry"]?[0]?["messaging"]?[0]
                let kind = ["message", "message_edit", "read"].first { item?[$0] != nil } ?? "other"
                kinds.append(item?["sender"] == nil ? "\(kind) without sender" : kind)
                _ = world.queue.settle(delivery.id, status: 200, at: 0, intervals: [])
            }
        }
    }

    private func send(_ text: String, to recipient: String, _ token: String, _ world: inout SandboxWorld) -> JSONValue {
        var request = SandboxRequest(method: "POST", path: ["v25.0", "me", "messages"], bearer: token)
        request.json = ["recipient": ["id": .string(recipient)], "message": ["text": .string(text)]]
        let answer = world.graph(.instagramLogin, request)
        return (try? JSONValue.parse(answer.body)) ?? .null
    }

    @Test func aMessageTellsItsTimeAndThreadInItsMid() throws {
        var world = world()
        let account = world.addAccount(NewAccount(username: "dr_a"))
        let first = try world.write(SandboxContent(text: "one"), from: "anna", to: "dr_a", on: .instagram)
        let second = try world.write(SandboxContent(text: "two"), from: "anna", to: "dr_a", on: .instagram)
        let ids = try [first, second].map { try #require(InstagramMessageID($0.mid)) }
        #expect(ids.map(\.account) == [account.id, account.id])
        #expect(ids[0].thread == ids[1].thread)
        #expect(ids[0].item < ids[1].item)
        #expect(ids.map(\.createdAt) == [Self.start, Self.start])
        #expect(first.threads[.instagramLogin] == ids[0].conversationID)
    }

    @Test func aClockThatIsSetBackGivesNoMidTwice() throws {
        var world = world()
        _ = world.addAccount(NewAccount(username: "dr_a"))
        var mids: [String] = []
        for moment in [Self.start, Self.start + 5, Self.start, Self.start + 5, Self.start] {
            world.moment = SandboxWorld.Moment(world: moment, real: 0)
            for _ in 0..<3 {
                mids.append(try world.write(SandboxContent(text: "one"), from: "anna", to: "dr_a", on: .instagram).mid)
            }
        }
        #expect(Set(mids).count == mids.count)
    }

    @Test(arguments: [
        (FaultName.senderlessEditOnly, ["message_edit without sender"]),
        (.senderlessEditWithMessage, ["message", "message_edit without sender"]),
        (.editBeforeMessage, ["message_edit without sender", "message"]),
        (.editWithSender, ["message", "message_edit"]),
        (.duplicates, ["message", "message"]),
    ])
    func aFaultChangesHowAMessageArrives(_ fault: FaultName, _ expected: [String]) throws {
        var world = world()
        let account = world.addAccount(NewAccount(username: "dr_a"))
        _ = world.connect(account, .instagramLogin)
        _ = world.faults.add(FaultRule(fault, remaining: 1))
        _ = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        #expect(try delivered(&world) == expected)
        _ = try world.write(SandboxContent(text: "again"), from: "anna", to: "dr_a", on: .instagram)
        #expect(try delivered(&world) == ["message"])
    }

    @Test func aMessageWithoutItsTickArrivesAsASenderlessEdit() throws {
        var world = world()
        _ = world.connect(world.addAccount(NewAccount(username: "dr_a")), .instagramLogin)
        world.configuration.appFields["instagram/instagram"]?.remove("messages")
        _ = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        #expect(try delivered(&world) == ["message_edit without sender"])
    }

    @Test func aMessengerMessageIsNeverReplacedByAnEdit() throws {
        var world = world()
        _ = world.connect(world.addAccount(NewAccount(username: "dr_a")), .facebookPage)
        _ = world.faults.add(FaultRule(.senderlessEditOnly))
        _ = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .messenger)
        #expect(try delivered(&world) == ["message"])
    }

    @Test func nothingIsDeliveredWithoutASubscription() throws {
        var world = world()
        _ = world.addAccount(NewAccount(username: "dr_a"))
        _ = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        #expect(try delivered(&world).isEmpty)
    }

    @Test func anAcceptedSendIsLoggedOnceAndEchoed() throws {
        var world = world()
        let token = world.connect(world.addAccount(NewAccount(username: "dr_a")), .instagramLogin)
        let message = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        let answer = send("welcome", to: try #require(message.senders[.instagramLogin]), token, &world)
        #expect(world.sends.map(\.text) == ["welcome"])
        #expect(world.sends.first?.person == "anna")
        #expect(answer["message_id"]?.string == world.sends.first?.mid)
        #expect(try delivered(&world) == ["message", "message"])
    }

    @Test func aLostAnswerIsAnAcceptedSendWithoutAnAnswer() throws {
        var world = world()
        let token = world.connect(world.addAccount(NewAccount(username: "dr_a")), .instagramLogin)
        let message = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        _ = world.faults.add(FaultRule(.lostAnswer, operation: "send"))
        var request = SandboxRequest(method: "POST", path: ["v25.0", "me", "messages"], bearer: token)
        request.json = [
            "recipient": ["id": .string(message.senders[.instagramLogin] ?? "")], "message": ["text": "welcome"],
        ]
        let answer = world.graph(.instagramLogin, request)
        #expect(answer.fate == .lost)
        #expect(world.sends.count == 1)
    }

    @Test func refusesWhatMetaRefuses() throws {
        var world = world()
        let token = world.connect(world.addAccount(NewAccount(username: "dr_a")), .instagramLogin)
        let message = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        let anna = try #require(message.senders[.instagramLogin])
        func codes(_ answer: JSONValue) -> [Int64?] {
            [answer["error"]?["code"]?.integer, answer["error"]?["error_subcode"]?.integer]
        }
        #expect(codes(send("hi", to: "12334", token, &world)) == [100, 2_534_014])
        #expect(codes(send(String(repeating: "\u{436}", count: 501), to: anna, token, &world)) == [100, 2_534_015])
        #expect(codes(send("hi", to: anna, "IGAAunknown", &world)) == [190, nil])
        world.moment.world += Lifetime.day + 1
        #expect(codes(send("hi", to: anna, token, &world)) == [10, 2_534_022])
        #expect(world.sends.isEmpty)
    }

    @Test func aPersonHasTwoIdsWhereTheFlowsDiffer() throws {
        var world = world()
        let account = world.addAccount(NewAccount(username: "dr_a"))
        let token = world.connect(account, .instagramLogin)
        _ = world.faults.add(FaultRule(.flowsDiffer, accountID: account.id))
        let message = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        let login = try #require(message.senders[.instagramLogin])
        let page = try #require(message.senders[.facebookPage])
        #expect(login != page)
        #expect(message.mids[.instagramLogin] != message.mids[.facebookPage])
        #expect(send("hi", to: page, token, &world)["error"]?["code"]?.integer == 100)
        #expect(send("hi", to: login, token, &world)["error"] == nil)
    }

    @Test func twoConnectedAccountsShareThreadAndItem() throws {
        var world = world()
        _ = world.addAccount(NewAccount(username: "dr_a"))
        let other = world.addAccount(NewAccount(username: "dr_b"))
        let sent = try world.write(SandboxContent(text: "hello"), from: "dr_b", to: "dr_a", on: .instagram)
        let copy = try #require(world.messages.last { $0.thread.accountID == other.id })
        let one = try #require(InstagramMessageID(sent.mid))
        let two = try #require(InstagramMessageID(copy.mids[.instagramLogin] ?? ""))
        #expect((one.thread, one.item) == (two.thread, two.item))
        #expect(one.account != two.account)
        #expect(!copy.isInbound)
    }

    @Test func aFailedDeliveryIsTriedAgainWithTheSameBytesAndThenDropped() throws {
        var world = world()
        _ = world.connect(world.addAccount(NewAccount(username: "dr_a")), .instagramLogin)
        _ = try world.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a", on: .instagram)
        let first = try #require(world.queue.takeDue(world.moment, batch: 1, limit: 1).first)
        #expect(world.queue.settle(first.id, status: 500, at: 0, intervals: [100]) == nil)
        #expect(world.queue.takeDue(world.moment, batch: 1, limit: 1).isEmpty)
        world.moment.real = 100
        let second = try #require(world.queue.takeDue(world.moment, batch: 1, limit: 1).first)
        #expect(second.body == first.body)
        #expect(world.queue.settle(second.id, status: 0, at: 100, intervals: [100]) != nil)
        #expect(world.queue.records[first.id]?.state == .dropped)
        #expect(world.queue.records[first.id]?.statuses == [500, 0])
    }

    @Test func aSampleIsStampedWithTheWorldsIds() throws {
        var world = world()
        let account = world.addAccount(NewAccount(username: "dr_a"))
        world.moment.world += 5000
        let mid = InstagramMessageID(account: "17841400000000001", thread: 7, item: UInt128(Self.start * 1000) << 64)
        let item: JSONValue = [
            "sender": ["id": "1000000000000001"], "recipient": ["id": "17841400000000001"],
            "timestamp": .integer(Self.start), "message": ["mid": .string(mid.encoded), "text": "hello"],
        ]
        let sample: JSONValue = [
            "object": "instagram",
            "entry": [["id": "17841400000000001", "time": 1_784_200_238_700, "messaging": [item]]],
        ]
        let stamped = try world.restamp(sample, account: "dr_a", person: "anna", flow: .instagramLogin)
        let event = try #require(stamped.bodies.first?["entry"]?[0]?["messaging"]?[0])
        #expect(event["recipient"]?["id"]?.string == account.id)
        #expect(event["timestamp"]?.integer == Self.start + 5000)
        let fresh = try #require(InstagramMessageID(event["message"]?["mid"]?.string ?? ""))
        #expect(fresh.account == account.id)
        #expect(fresh.createdAt == Self.start + 5000)
        #expect(world.messages.map(\.content.text) == ["hello"])
    }
}
