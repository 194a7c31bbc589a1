import Integrations
import Testing

@Suite struct GraphErrorClassifierTests {
    /// The recorded error bodies in the order of the file.
    static let recorded: [GraphError.Kind] = [
        .tokenDead, .tokenDead, .tokenDead, .tokenDead, .windowClosed, .windowClosed, .wrongRecipient, .wrongRecipient,
        .recipientUnreachable, .throttled, .throttled, .throttled, .transient, .permission, .permission, .permission,
        .policy, .unsupported,
    ]

    @Test func classifiesEveryRecordedError() throws {
        let bodies = try #require(try SamplePayload.value("api-errors").array)
        let kinds = bodies.map { GraphErrorClassifier.failure(status: 400, body: $0)?.error.kind }
        #expect(kinds == Self.recorded)
    }

    @Test(
        arguments: [
            (1, nil, GraphError.Kind.transient), (2, nil, .transient), (4, nil, .throttled), (17, nil, .throttled),
            (32, nil, .throttled), (341, nil, .throttled), (613, nil, .throttled), (613, 2_534_040, .throttled),
            (80001, nil, .throttled), (80002, nil, .throttled), (80006, nil, .throttled), (190, 458, .tokenDead),
            (190, 459, .tokenDead), (190, 460, .tokenDead), (190, 463, .tokenDead), (190, 464, .tokenDead),
            (190, 467, .tokenDead), (190, 492, .tokenDead), (190, nil, .tokenDead), (102, nil, .tokenDead),
            (10, 2_534_022, .windowClosed), (10, 2_018_278, .windowClosed), (10, 2_018_065, .windowClosed),
            (551, nil, .recipientUnreachable), (551, 1_545_041, .recipientUnreachable),
            (200, 1_545_041, .recipientUnreachable), (10, 2_018_108, .recipientUnreachable),
            (100, 2_534_029, .recipientUnreachable), (100, 2_534_014, .wrongRecipient),
            (100, 2_018_001, .wrongRecipient),
            (100, 2_534_013, .wrongRecipient), (100, 33, .wrongRecipient), (100, 2_534_037, .notThreadOwner),
            (100, 2_018_300, .notThreadOwner), (100, 2_018_321, .notThreadOwner), (10, nil, .permission),
            (3, nil, .permission), (200, nil, .permission), (299, nil, .permission), (200, 2_534_041, .permission),
            (10, 2_534_077, .permission), (10, 1_893_063, .permission), (230, nil, .permission), (368, nil, .policy),
            (36103, nil, .policy), (100, 2_534_015, .content), (100, 2_018_014, .content), (36000, nil, .content),
            (100, 2_534_025, .content), (10900, nil, .content), (10903, nil, .content), (9_000_001, nil, .gone),
            (100, nil, .unsupported), (100, 999, .unsupported), (300, nil, .unsupported), (803, nil, .unsupported),
        ] as [(Int, Int?, GraphError.Kind)])
    func decidesByCodeAndSubcode(code: Int, subcode: Int?, kind: GraphError.Kind) {
        var error: JSONObject = ["message": "(#190) any text", "code": .integer(Int64(code))]
        if let subcode { error["error_subcode"] = .integer(Int64(subcode)) }
        let failure = GraphErrorClassifier.failure(status: 400, body: .object(["error": .object(error)]))
        #expect(failure?.error.kind == kind)
        #expect(failure?.error.code == code)
        #expect(failure?.error.subcode == subcode)
        #expect(failure?.isCertainlyNotApplied == (code != 1 && code != 2))
    }

    @Test(arguments: [(4, true), (341, true), (17, false), (32, false), (613, false), (80002, false), (190, false)])
    func onlyTheAppsOwnThrottlesConcernTheWholeApp(code: Int, concernsApp: Bool) {
        let body: JSONValue = ["error": ["code": .integer(Int64(code))]]
        #expect(GraphErrorClassifier.failure(status: 400, body: body)?.error.concernsWholeApp == concernsApp)
    }

    @Test func codesMayBeStrings() {
        let body: JSONValue = ["error": ["code": "190", "error_subcode": "460"]]
        #expect(
            GraphErrorClassifier.failure(status: 400, body: body)?.error
                == GraphError(.tokenDead, status: 400, code: 190, subcode: 460))
    }

    @Test func aTransientFlagNeverKillsATokenButAThrottleStaysOne() {
        let dead: JSONValue = ["error": ["code": 190, "is_transient": true]]
        #expect(GraphErrorClassifier.failure(status: 400, body: dead)?.error.kind == .transient)
        let throttled: JSONValue = ["error": ["code": 4, "is_transient": true]]
        #expect(GraphErrorClassifier.failure(status: 400, body: throttled)?.error.kind == .throttled)
    }

    @Test func aSuccessIsNoFailure() {
        #expect(GraphErrorClassifier.failure(status: 200, body: ["message_id": "x"]) == nil)
        #expect(GraphErrorClassifier.failure(status: 200, body: ["error": nil, "data": []]) == nil)
        #expect(GraphErrorClassifier.failure(status: 200, body: ["error": ["code": 10]]) != nil)
    }

    @Test func readsTheCodeExchangesOwnShape() throws {
        let body = try SamplePayload.value("api-ig-code-exchange-error")
        let failure = GraphErrorClassifier.failure(status: 400, body: body)
        #expect(failure?.error.code == 400)
        #expect(failure?.isCertainlyNotApplied == true)
        #expect(failure?.error.description.contains("Matching") == false)
    }

    @Test(
        arguments: [
            ("X-App-Usage", #"{"call_count":28,"total_time":99.2,"total_cputime":25}"#, 100, nil),
            ("x-business-use-case-usage", #"{"1":[{"call_count":10,"estimated_time_to_regain_access":0}]}"#, nil, nil),
            (
                "X-Business-Use-Case-Usage", #"{"1":[{"total_time":5,"estimated_time_to_regain_access":3}],"2":[{}]}"#,
                nil, 180
            ),
            ("X-App-Usage", "nonsense", nil, nil), ("X-Business-Use-Case-Usage", "[1]", nil, nil),
            ("Retry-After", "7", nil, 7), ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", nil, nil),
            ("Retry-After", "-1", nil, nil), ("Retry-After", "1e300", nil, 604_800), ("Retry-After", "nan", nil, nil),
        ] as [(String, String, Int?, Int?)])
    func readsUsageHeaders(name: String, value: String, app: Int?, wait: Int?) {
        let usage = UsageHeaders(HTTPResponse(status: 200, headers: [(name, value)]))
        #expect(usage.appPercent == app)
        #expect(usage.wait == wait)
    }
}
