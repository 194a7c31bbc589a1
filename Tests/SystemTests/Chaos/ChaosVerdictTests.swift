import Storage
import Testing

/// The judge of the chaos runs sees what it is there for.
struct ChaosVerdictTests {
    private static func id(_ number: UInt64) -> Identifier { Identifier(high: number, low: 0) }

    private static func asked(_ person: String, _ mid: String) -> ChaosHistory.Asked {
        .init(account: "a", person: person, channel: "instagram", mid: mid)
    }

    private static func sent(_ seq: Int, _ person: String, _ mid: String, _ text: String = "T") -> ChaosHistory.Sent {
        .init(seq: seq, account: "a", person: person, channel: "instagram", text: text, mid: mid)
    }

    /// Anna wrote twice, one after the other; Ben once, and was answered in two parts.
    static let good = ChaosHistory(
        asked: [asked("anna", "m1"), asked("anna", "m2"), asked("ben", "m3")],
        sent: [
            sent(1, "anna", "s1"), sent(2, "ben", "s3"), sent(3, "anna", "s2"), sent(4, "ben", "s4", "U"),
        ],
        acknowledged: [
            .init(account: "a", mid: "m1", isDirect: true, posted: 0, acknowledged: 10),
            .init(account: "a", mid: "m2", isDirect: true, posted: 20, acknowledged: 30),
            .init(account: "a", mid: "m3", isDirect: true, posted: 20, acknowledged: 30),
            .init(account: "a", mid: "s1", isDirect: false, posted: 40, acknowledged: 50),
        ],
        kept: [
            .init(account: "a", mid: "m1", state: "done", reason: "replied", count: 1),
            .init(account: "a", mid: "m2", state: "done", reason: "replied", count: 1),
            .init(account: "a", mid: "m3", state: "done", reason: "replied", count: 1),
            .init(account: "a", mid: "s1", state: "done", reason: "echo", count: 1),
        ],
        replied: [
            .init(
                id: id(1), conversation: id(7), answers: "m1", state: "sent", reason: "sent",
                parts: [.init(state: "sent", mid: "s1")]),
            .init(
                id: id(2), conversation: id(7), answers: "m2", state: "sent", reason: "read_back",
                parts: [.init(state: "sent", mid: "s2")]),
            .init(
                id: id(3), conversation: id(8), answers: "m3", state: "sent", reason: "sent",
                parts: [.init(state: "sent", mid: "s3"), .init(state: "sent", mid: "s4")]),
        ],
        faultedSends: 1000)

    @Test func isContentWithAGoodHistory() {
        #expect(ChaosVerdict(Self.good).faults == [:])
    }

    @Test func oneInAThousandFaultedSendsMayBeHeld() {
        var history = Self.good
        history.replied[1] = .init(
            id: Self.id(2), conversation: Self.id(7), answers: "m2", state: "held", reason: "outcome_unknown",
            parts: [.init(state: "unknown", mid: nil)])
        // It may have gone out: then it stands for that send.
        #expect(ChaosVerdict(history).faults == [:])
        history.sent.remove(at: 2)
        #expect(ChaosVerdict(history).faults == [:])
        history.faultedSends = 999
        #expect(ChaosVerdict(history).faults.keys.sorted { $0.rawValue < $1.rawValue } == [.rarelyHeld])
    }

    @Test func anEventThatWasNotLookedIntoIsNotLost() {
        var history = Self.good
        history.kept[0] = .init(account: "a", mid: nil, state: "received", reason: nil, count: 1)
        #expect(ChaosVerdict(history).faults.keys.contains(.nothingLost) == false)
        history.kept[0].account = "b"
        #expect(ChaosVerdict(history).faults.keys.contains(.nothingLost))
    }

    @Test func messagesThatOverlappedOnTheirWayHaveNoOrder() {
        var history = Self.good
        history.replied[0].answers = "m2"
        history.replied[1].answers = "m1"
        #expect(ChaosVerdict(history).faults.keys.contains(.inOrder))
        history.acknowledged[1].posted = 11
        #expect(ChaosVerdict(history).faults == [:])
    }

    typealias Spoiling = (name: String, promise: ChaosVerdict.Promise, spoil: @Sendable (inout ChaosHistory) -> Void)
    static let spoilings: [Spoiling] =
        [
            ("an event is lost", .nothingLost, { $0.kept.removeLast() }),
            ("an event is lost and another is there twice", .nothingLost, { $0.kept[0].mid = "m2" }),
            ("an event is there twice", .storedOnce, { $0.kept[0].count = 2 }),
            ("an event is stuck", .settled, { $0.kept[0].state = "parked" }),
            ("a webhook never got through", .delivered, { $0.undelivered = 1 }),
            ("a message has no reply", .answered, { $0.replied.removeFirst() }),
            (
                "a message has two replies", .answeredOnce,
                {
                    $0.replied.append($0.replied[0])
                    $0.replied[3].parts = [.init(state: "sent", mid: "s9")]
                    $0.sent.append(sent(9, "anna", "s9", "V"))
                }
            ),
            ("a send is repeated", .answeredOnce, { $0.sent.append(sent(9, "anna", "s9", "V")) }),
            (
                "a send is repeated that a reply claims", .answeredOnce,
                {
                    $0.sent.append(sent(9, "ben", "s9", "U"))
                    $0.replied[2].parts.append(.init(state: "sent", mid: "s9"))
                }
            ),
            ("two replies claim one send", .answeredOnce, { $0.replied[1].parts[0].mid = "s1" }),
            (
                "a reply went to somebody else", .answeredOnce,
                { history in
                    history.replied[0].parts[0].mid = "s3"
                    history.replied[2].parts[0].mid = "s1"
                }
            ),
            ("a reply is called sent that Meta never had", .settled, { $0.sent.removeLast() }),
            ("a reply is on its way for ever", .settled, { $0.replied[0].state = "sending" }),
            (
                "a reply is held without a reason", .settled,
                {
                    $0.replied[0].state = "held"
                    $0.replied[0].reason = nil
                }
            ),
            ("a part is missing", .settled, { $0.replied[2].parts[1] = .init(state: "queued", mid: nil) }),
            ("the later message is answered first", .inOrder, { $0.sent[0].seq = 8 }),
            ("the second part goes out first", .inOrder, { $0.sent[3].seq = 1 }),
            (
                "the queue itself is in the wrong order", .inOrder,
                {
                    $0.replied[0].answers = "m2"
                    $0.replied[1].answers = "m1"
                }
            ),
            ("a process crashed", .noCrash, { $0.crashes = ["all ended with -11"] }),
        ]

    @Test(arguments: spoilings.indices)
    func sees(_ index: Int) {
        let (name, promise, spoil) = Self.spoilings[index]
        var history = Self.good
        spoil(&history)
        #expect(ChaosVerdict(history).faults[promise] != nil, "\(name) is not seen")
    }
}
