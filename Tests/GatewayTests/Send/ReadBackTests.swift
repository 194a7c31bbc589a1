import Integrations
import Storage
import Tenancy
import Testing

@testable import Gateway

/// What a reading of the conversation proves about a send whose outcome is unknown.
@Suite struct ReadBackTests {
    private static let began = Timestamp(milliseconds: 1_790_000_000_000)
    private static let text = "We have your message."

    /// A mid as Instagram would make it, so many milliseconds after the send began.
    private static func mid(_ milliseconds: Int64) -> String {
        let micros = UInt128(UInt64((began.milliseconds + milliseconds) * 1000))
        return InstagramMessageID(account: "17841400000000001", thread: 7, item: micros << 64).encoded
    }

    private static let answered = mid(-5_000)
    private static let question = MessageRecord(
        mid: answered, from: "1000000000000001", to: ["17841400000000001"], text: "hello", createdAt: nil)

    private static func own(
        _ mid: String, _ text: String = text, from: String = "17841400000000001", createdAt: Int64? = nil
    ) -> MessageRecord {
        MessageRecord(mid: mid, from: from, to: ["1000000000000001"], text: text, createdAt: createdAt)
    }

    private static func part(absent: Int = 0) -> ReplyPart {
        ReplyPart(
            id: ReplyPartID(Identifier(high: 0, low: 1)), replyID: ReplyID(Identifier(high: 0, low: 2)), position: 0,
            text: text, state: .unknown, sendingAt: began, unknownAt: began, absentReadings: absent)
    }

    struct Case: Sendable, CustomStringConvertible {
        var description: String
        /// Newest first.
        var messages: [MessageRecord]
        var taken: Set<String> = []
        var reading: ReadBack.Reading
    }

    static let cases: [Case] = [
        Case(description: "nothing at all", messages: [], reading: .proofless),
        Case(description: "the question alone", messages: [question], reading: .absent),
        Case(
            description: "our reply", messages: [own(mid(10)), question], reading: .present(mid: mid(10))),
        Case(
            description: "our reply without the question", messages: [own(mid(10))], reading: .present(mid: mid(10))),
        Case(
            description: "two of the same text: the oldest that fits",
            messages: [own(mid(20)), own(mid(10)), question], reading: .present(mid: mid(10))),
        Case(
            description: "an older reply with the same text", messages: [question, own(mid(-9_000))],
            reading: .absent),
        Case(
            description: "a reply that is known as another's", messages: [own(mid(10)), question], taken: [mid(10)],
            reading: .absent),
        Case(
            description: "another text of ours", messages: [own(mid(10), "Come at nine."), question],
            reading: .absent),
        Case(
            description: "the patient says the same", messages: [own(mid(10), from: "1000000000000001"), question],
            reading: .absent),
        Case(
            description: "the same text a little too early: two clocks may differ",
            messages: [own(mid(-10)), question], reading: .proofless),
        Case(
            description: "an id that tells no time, in the same second",
            messages: [own("m_1", createdAt: began.milliseconds / 1000 * 1000), question],
            reading: .present(mid: "m_1")),
        Case(
            description: "an id that tells no time, a second before",
            messages: [own("m_1", createdAt: began.milliseconds - 1_000), question], reading: .proofless),
        Case(
            description: "an id that tells no time, without any", messages: [own("m_1"), question],
            reading: .proofless),
    ]

    @Test(arguments: cases)
    func reads(_ row: Case) {
        let reading = ReadBack.read(
            ConversationRecord(id: "c", participants: [], messages: row.messages), answered: Self.answered,
            part: Self.part(), own: ["17841400000000001"]
        ) { row.taken.contains($0) }
        #expect(reading == row.reading)
    }

    @Test(arguments: [
        (reading: ReadBack.Reading.present(mid: "m"), absent: 0, after: 0, verdict: ReadBack.Verdict.sent(mid: "m")),
        (.present(mid: "m"), 1, 601, .sent(mid: "m")),
        // What is not there yet may still come: the reading that decides is late enough.
        (.absent, 0, 0, .again(began.adding(seconds: 25), countsAbsence: true)),
        (.absent, 1, 12, .again(began.adding(seconds: 25), countsAbsence: true)),
        (.absent, 1, 25, .notSent),
        (.absent, 0, 30, .again(began.adding(seconds: 40), countsAbsence: true)),
        (.proofless, 1, 12, .again(began.adding(seconds: 22), countsAbsence: false)),
        // The last look is at the hold's end.
        (.proofless, 0, 595, .again(began.adding(seconds: 600), countsAbsence: false)),
        (.proofless, 0, 600, .held), (.proofless, 1, 9_999, .held),
    ])
    func judges(reading: ReadBack.Reading, absent: Int, after: Int, verdict: ReadBack.Verdict) {
        let judged = ReadBack.judge(
            reading, part: Self.part(absent: absent), now: Self.began.adding(seconds: after), hold: 600)
        #expect(judged == verdict)
    }
}
