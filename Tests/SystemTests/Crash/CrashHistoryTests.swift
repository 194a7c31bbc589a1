import Testing

/// The judge of the crash test catches what it is there for.
struct CrashHistoryTests {
    /// Two patients, each answered once.
    static let good = CrashHistory(
        asked: [.init(account: "a", person: "anna", mid: "m1"), .init(account: "a", person: "ben", mid: "m2")],
        sent: [.init(account: "a", person: "anna", mid: "s1"), .init(account: "a", person: "ben", mid: "s2")],
        replied: [
            .init(answers: "m1", state: "sent", reason: "sent", mid: "s1"),
            .init(answers: "m2", state: "sent", reason: "echo_settled", mid: "s2"),
        ],
        kept: [.init(state: "done", reason: "replied", kind: "message", mid: "m1"), .init(state: "done", mid: "m2")],
        acknowledged: [.init(mid: "m1", content: "1"), .init(mid: "m2", content: "2")])

    @Test func isContentWithAGoodHistory() {
        #expect(Self.good.faults == [])
    }

    @Test func acceptsAReplyThatIsVisiblyHeld() {
        var history = Self.good
        history.replied[1] = .init(answers: "m2", state: "held", reason: "outcome_unknown")
        #expect(history.faults == [])
        // It may have gone out: then it stands for that send.
        history.sent[1].mid = "s7"
        #expect(history.faults == [])
    }

    static let spoilings: [(String, @Sendable (inout CrashHistory) -> Void)] = [
        ("an event is lost", { $0.kept.removeLast() }),
        ("an event is there twice and another not at all", { $0.kept[0].mid = "m2" }),
        ("an event is stuck", { $0.kept[0].state = "received" }),
        ("an event is parked", { $0.kept[0].state = "parked" }),
        ("a delivery never got through", { $0.undelivered = 1 }),
        ("a patient is answered twice", { $0.sent.append(.init(account: "a", person: "anna", mid: "s3")) }),
        ("a message is not answered", { $0.replied.removeLast() }),
        ("a message has two replies", { $0.replied.append(.init(answers: "m1", state: "sent", mid: "s4")) }),
        ("a reply is lost on the way", { $0.replied[0].state = "queued" }),
        ("a reply failed", { $0.replied[0].state = "failed" }),
        ("a reply is held without a reason", { $0.replied[0] = .init(answers: "m1", state: "held") }),
        ("a reply is called sent and was not", { $0.sent.removeLast() }),
        (
            "a reply went to somebody else",
            {
                $0.sent[0].person = "ben"
                $0.asked.append(.init(account: "a", person: "ben", mid: "m1"))
            }
        ),
        ("two replies share a mid", { $0.replied[1].mid = "s1" }),
        ("Meta has a message that nobody sent", { $0.sent.append(.init(account: "b", person: "carl", mid: "s9")) }),
    ]

    @Test(arguments: spoilings.indices)
    func catches(_ index: Int) {
        let (name, spoil) = Self.spoilings[index]
        var history = Self.good
        spoil(&history)
        #expect(!history.faults.isEmpty, "\(name) is not seen")
    }

    static let excuses: [@Sendable (inout CrashHistory) -> Void] = [
        // One held reply for two sends.
        {
            $0.asked.append(.init(account: "a", person: "ben", mid: "m3"))
            $0.sent.append(.init(account: "a", person: "ben", mid: "s3"))
            $0.replied[1] = .init(answers: "m2", state: "held", reason: "outcome_unknown")
            $0.replied.append(.init(answers: "m3", state: "held", reason: "waiting_for_reconnect"))
        },
        // Somebody else's held reply.
        {
            $0.asked.append(.init(account: "a", person: "carl", mid: "m3"))
            $0.sent[1].person = "carl"
            $0.replied[1] = .init(answers: "m2", state: "held", reason: "outcome_unknown")
            $0.replied.append(.init(answers: "m3", state: "held", reason: "waiting_for_reconnect"))
        },
        // Another practice's.
        {
            $0.asked.append(.init(account: "b", person: "ben", mid: "m3"))
            $0.sent[1].account = "b"
            $0.replied[1] = .init(answers: "m2", state: "held", reason: "outcome_unknown")
            $0.replied.append(.init(answers: "m3", state: "held", reason: "waiting_for_reconnect"))
        },
        // One that certainly did not go out.
        { $0.replied[1] = .init(answers: "m2", state: "held", reason: "waiting_for_reconnect") },
    ]

    @Test(arguments: excuses.indices)
    func aHeldReplyStandsForOneSendToItsOwnPatient(_ index: Int) {
        var history = Self.good
        Self.excuses[index](&history)
        #expect(history.faults.count == 1)
        #expect(history.faults.first?.contains("no reply stands for it") == true)
    }
}
