import Integrations
import Synchronization
import Testing

/// What every registered integration must say after an attempt to send: what is certain and what is not.
@Suite struct IntegrationSendConformance {
    private static func send(
        _ subject: IntegrationSubject, _ meta: RecordedMeta, on channel: Channel = .instagram
    ) async -> SendOutcome {
        await subject.integration(meta).send(
            "grüß \"dich\"", to: "1000000000000001", on: channel, from: subject.access)
    }

    @Test(arguments: IntegrationSubject.all)
    func aSendIsOneNonIdempotentPost(subject: IntegrationSubject) async throws {
        for channel in subject.channels {
            let meta = RecordedMeta()
            guard case .sent(let mid) = await Self.send(subject, meta, on: channel) else {
                Issue.record("not sent")
                return
            }
            #expect(mid.hasPrefix("aWdf") || mid.hasPrefix("m_"))
            let asked = try #require(meta.asked.first)
            #expect(meta.asked.count == 1)
            #expect(asked.method == .post)
            #expect(!asked.raw.isIdempotent)
            #expect(asked.host == subject.ownHost)
            #expect(asked.json?["recipient"]?["id"]?.string == "1000000000000001")
            #expect(asked.json?["message"]?["text"]?.string == "grüß \"dich\"")
            #expect(asked.bearer == subject.access.token.value)
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func aChannelThatTheFlowLacksIsRefusedUnsent(subject: IntegrationSubject) async {
        for channel in Channel.allCases where !subject.channels.contains(channel) {
            let meta = RecordedMeta()
            guard case .notApplied = await Self.send(subject, meta, on: channel) else {
                Issue.record("went out")
                continue
            }
            #expect(meta.asked.isEmpty)
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func theLastLookReachesTheTransport(subject: IntegrationSubject) async throws {
        let meta = RecordedMeta()
        _ = await subject.integration(meta).send(
            "x", to: "1", on: .instagram, from: subject.access, beforeFirstByte: { false })
        #expect(try #require(meta.asked.first).raw.beforeFirstByte?() == false)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var answer: RecordedMeta.Answer
        var isCertain: Bool
        var kind: GraphError.Kind
        var testDescription: String

        init(_ name: String, _ answer: RecordedMeta.Answer, certain: Bool, _ kind: GraphError.Kind) {
            testDescription = name
            self.answer = answer
            isCertain = certain
            self.kind = kind
        }

        static func status(_ status: Int, code: Int?, certain: Bool, _ kind: GraphError.Kind) -> Case {
            let body = code.map { #"{"error":{"code":\#($0)}}"# } ?? "<html>"
            return Case("\(status) code \(code ?? 0)", .status(status, body), certain: certain, kind)
        }
    }

    static let cases: [Case] = [
        Case("not sent", .failure(.notSent(.connect)), certain: true, .notSent),
        Case("withdrawn", .failure(.notSent(.withdrawn)), certain: true, .notSent),
        Case("cancelled before", .failure(.cancelled(wasSent: false)), certain: true, .notSent),
        Case("cancelled after", .failure(.cancelled(wasSent: true)), certain: false, .noAnswer),
        Case("time-out", .failure(.noAnswer(.timeout)), certain: false, .noAnswer),
        Case("reset", .failure(.noAnswer(.reset)), certain: false, .noAnswer),
        Case("truncated", .failure(.noAnswer(.truncated)), certain: false, .noAnswer),
        .status(400, code: 100, certain: true, .unsupported), .status(400, code: 190, certain: true, .tokenDead),
        .status(403, code: 10, certain: true, .permission), .status(400, code: nil, certain: true, .malformed),
        .status(400, code: 1, certain: false, .transient), .status(400, code: 2, certain: false, .transient),
        .status(408, code: nil, certain: false, .transient), .status(408, code: 100, certain: false, .transient),
        .status(429, code: nil, certain: true, .throttled), .status(429, code: 4, certain: true, .throttled),
        .status(400, code: 613, certain: true, .throttled),
        .status(500, code: nil, certain: false, .transient), .status(500, code: 2, certain: false, .transient),
        .status(500, code: 190, certain: false, .transient), .status(503, code: 4, certain: false, .throttled),
        .status(200, code: nil, certain: false, .malformed), .status(200, code: 10, certain: true, .permission),
        .status(200, code: 1, certain: false, .transient), .status(200, code: 2, certain: false, .transient),
        .status(302, code: nil, certain: false, .malformed),
        Case("no id", .ok(#"{"recipient_id":"1"}"#), certain: false, .malformed),
        Case("empty id", .ok(#"{"message_id":""}"#), certain: false, .malformed),
        Case("cut", .ok(#"{"message_id":"aWdf"#), certain: false, .malformed),
        Case("empty", .ok(""), certain: false, .malformed), Case("array", .ok("[]"), certain: false, .malformed),
    ]

    @Test(arguments: IntegrationSubject.all, cases)
    func onlyWhatIsCertainMayBeSentAgain(subject: IntegrationSubject, row: Case) async {
        let answer = row.answer
        switch await Self.send(subject, RecordedMeta { _ in answer }) {
        case .sent: Issue.record("taken for sent")
        case .notApplied(let error):
            #expect(row.isCertain)
            #expect(error.kind == row.kind)
        case .unknown(let error):
            #expect(!row.isCertain)
            #expect(error.kind == row.kind)
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func throttlingNamesTheWait(subject: IntegrationSubject) async {
        let usage =
            #"{"17841400000000001":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":12}]}"#
        let meta = RecordedMeta { _ in
            .json(400, #"{"error":{"code":80002}}"#, [("x-business-use-case-usage", usage), ("Retry-After", "30")])
        }
        #expect(
            await Self.send(subject, meta)
                == .notApplied(GraphError(.throttled, status: 400, code: 80002, retryAfter: 720)))
    }
}
