import Integrations
import Synchronization
import Testing

/// What every registered integration must do, whatever its flow.
@Suite struct IntegrationConformance {
    @Test func coversEveryKnownFlow() {
        #expect(IntegrationSubject.all.map(\.flow) == IntegrationRegistry.known)
        for subject in IntegrationSubject.all {
            let integration = subject.integration(RecordedMeta())
            #expect(integration.name == subject.flow.name)
            #expect(integration.title == subject.flow.title)
            #expect(integration.app == subject.flow.app)
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func asksForWhatItRequires(subject: IntegrationSubject) {
        let integration = subject.integration(RecordedMeta())
        #expect(!integration.requiredScopes.isEmpty)
        #expect(Set(integration.requiredScopes).isSubset(of: integration.requestedScopes))
        #expect(integration.webhookFields.contains("messages"))
    }

    @Test(arguments: IntegrationSubject.all)
    func theConsentDialogGetsTheStateAndNoSecret(subject: IntegrationSubject) throws {
        let url = subject.integration(RecordedMeta()).authorizeURL(
            state: "a&b=c/d", redirectURI: "https://c.example/cb?x=1")
        #expect(url.hasPrefix("https://www."))
        #expect(url.contains("state=a%26b%3Dc%2Fd"))
        #expect(url.contains("redirect_uri=https%3A%2F%2Fc.example%2Fcb%3Fx%3D1"))
        #expect(url.contains("response_type=code"))
        for secret in subject.secrets { #expect(!url.contains(secret)) }
    }

    @Test(arguments: IntegrationSubject.all)
    func aCodeBecomesALongLivedGrant(subject: IntegrationSubject) async throws {
        let meta = RecordedMeta()
        let integration = subject.integration(meta)
        let grant = try await integration.exchange(code: "CODE#_", redirectURI: "https://c.example/cb")
        #expect(grant.token == AccessToken(subject.longToken, expiresIn: 5_183_944))
        #expect(Set(integration.requiredScopes).isSubset(of: grant.scopes))
        #expect(!grant.scopes.contains("email"))
        #expect(grant.userID != nil)
        let first = try #require(meta.asked.first)
        #expect((first.form["code"] ?? first.query["code"]) == "CODE")
        #expect((first.form["redirect_uri"] ?? first.query["redirect_uri"]) == "https://c.example/cb")
        #expect(!first.raw.isIdempotent)
    }

    @Test(arguments: IntegrationSubject.all)
    func aFailedLongLivedExchangeFailsTheConnect(subject: IntegrationSubject) async {
        for answer in [#"{"error":{"code":190}}"#, #"{"token_type":"bearer"}"#, "<html>"] {
            let meta = RecordedMeta { asked in
                asked.query["grant_type"]?.contains("exchange_token") == true ? .ok(answer) : nil
            }
            await #expect(throws: GraphError.self) {
                try await subject.integration(meta).exchange(code: "C", redirectURI: "https://c.example/cb")
            }
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func theAccountIsKeyedByTheWebhooksId(subject: IntegrationSubject) async throws {
        let integration = subject.integration(RecordedMeta())
        let grant = Grant(token: AccessToken(subject.longToken), scopes: [], userID: nil)
        let candidate = try #require(try await integration.accounts(of: grant).first { $0.ineligible == nil })
        #expect(candidate.instagramPageID == RecordedMeta.accountID)
        #expect(candidate.username == "business")
        #expect(!candidate.aliases.isEmpty)
        #expect(!candidate.aliases.contains(RecordedMeta.accountID))
        #expect(!candidate.token.value.isEmpty)
    }

    @Test(arguments: IntegrationSubject.all)
    func subscribesAndReadsBackWhatMetaKept(subject: IntegrationSubject) async throws {
        let meta = RecordedMeta()
        let integration = subject.integration(meta)
        #expect(try await integration.subscribe(subject.access) == ["messages", "messaging_postbacks"])
        #expect(meta.asked.map(\.method) == [.post, .get])
        #expect(meta.asked[0].query["subscribed_fields"] == integration.webhookFields.joined(separator: ","))
        let empty = subject.integration(RecordedMeta { $0.method == .get ? .ok(#"{"data":[]}"#) : nil })
        #expect(try await empty.subscribedFields(subject.access).isEmpty)
    }

    @Test(arguments: IntegrationSubject.all)
    func aSubscriptionThatMetaDeclinesIsAnError(subject: IntegrationSubject) async {
        let meta = RecordedMeta { $0.method == .post ? .ok(#"{"success":false}"#) : nil }
        await #expect(throws: GraphError.self) { try await subject.integration(meta).subscribe(subject.access) }
    }

    @Test(arguments: IntegrationSubject.all)
    func disconnectEndsTheWebhooks(subject: IntegrationSubject) async throws {
        let meta = RecordedMeta()
        try await subject.integration(meta).unsubscribe(subject.access)
        #expect(meta.asked.map(\.method) == [.delete])
        #expect(meta.asked[0].path.hasSuffix("/subscribed_apps"))
    }

    @Test(arguments: IntegrationSubject.all)
    func inspectionNamesTheAccount(subject: IntegrationSubject) async throws {
        let inspection = try await subject.integration(RecordedMeta()).inspect(subject.access)
        #expect(inspection.instagramPageID == RecordedMeta.accountID)
    }

    @Test(arguments: IntegrationSubject.all)
    func aRefreshedTokenIsUsable(subject: IntegrationSubject) async throws {
        let integration = subject.integration(RecordedMeta())
        let token = try await integration.refresh(subject.access)
        #expect(!token.value.isEmpty)
        if integration.tokenLifetime != nil { #expect(token != subject.access.token) }
    }

    @Test(arguments: IntegrationSubject.all)
    func aMessageIsReadWithItsSender(subject: IntegrationSubject) async throws {
        let record = try await subject.integration(RecordedMeta()).message(RecordedMeta.mid, access: subject.access)
        #expect(record?.from == "1000000000000001")
        #expect(record?.fromUsername == "user_one")
        #expect(record?.to == [RecordedMeta.accountID])
        #expect(record?.text == "hello")
        #expect(record?.createdAt == 1_784_200_237_000)
    }

    @Test(arguments: IntegrationSubject.all)
    func aMessageWithoutSenderIsNil(subject: IntegrationSubject) async throws {
        let integration = subject.integration(RecordedMeta { _ in .ok("{}") })
        #expect(try await integration.message(RecordedMeta.mid, access: subject.access) == nil)
    }

    @Test(arguments: IntegrationSubject.all)
    func aServersFaultTriesTheOtherHost(subject: IntegrationSubject) async throws {
        let own = subject.ownHost
        let meta = RecordedMeta { $0.host == own ? .status(500, #"{"error":{"code":2}}"#) : nil }
        let record = try await subject.integration(meta).message(RecordedMeta.mid, access: subject.access)
        #expect(record?.from == "1000000000000001")
        #expect(meta.asked.map(\.host) == [own, subject.otherHost])
    }

    /// The other host does not know the token: were its answer reported, a good connection would be given up.
    @Test(arguments: IntegrationSubject.all)
    func theOtherHostsAuthErrorIsNotReported(subject: IntegrationSubject) async {
        let own = subject.ownHost
        let meta = RecordedMeta {
            $0.host == own ? .status(500, #"{"error":{"code":2}}"#) : .status(401, #"{"error":{"code":190}}"#)
        }
        await #expect(throws: GraphError(.transient, status: 500, code: 2)) {
            try await subject.integration(meta).message(RecordedMeta.mid, access: subject.access)
        }
        #expect(meta.asked.count == 2)
    }

    @Test(arguments: IntegrationSubject.all, [400, 401, 403, 404, 429])
    func aRefusalIsNotTakenToTheOtherHost(subject: IntegrationSubject, status: Int) async {
        let meta = RecordedMeta { _ in .status(status, #"{"error":{"code":100}}"#) }
        await #expect(throws: GraphError.self) {
            try await subject.integration(meta).message(RecordedMeta.mid, access: subject.access)
        }
        #expect(meta.asked.count == 1)
    }

    @Test(arguments: IntegrationSubject.all)
    func conversationsAreRead(subject: IntegrationSubject) async throws {
        let meta = RecordedMeta()
        let integration = subject.integration(meta)
        let one = try await integration.conversation("conversation-1", access: subject.access)
        #expect(one.messages.map(\.from) == ["1000000000000001"])
        #expect(Set(one.participants) == ["1000000000000001", RecordedMeta.accountID])
        for channel in subject.channels {
            let all = try await integration.conversations(
                on: channel, with: "77", access: subject.access)
            #expect(all.map(\.participants) == [[RecordedMeta.accountID, "1000000000000001"]])
            #expect(meta.asked.last?.query["platform"] == channel.rawValue)
            #expect(meta.asked.last?.query["user_id"] == "77")
        }
        try await integration.touchConversations(subject.access)
        #expect(meta.asked.last?.query["fields"] == "id" && meta.asked.last?.query["limit"] == "1")
    }

    @Test(arguments: IntegrationSubject.all)
    func aConversationsMessagesAreNewestFirst(subject: IntegrationSubject) async throws {
        let body = #"""
            {"id":"c","messages":{"data":[{"id":"a","created_time":"2026-07-16T11:10:37+0000"},{"id":"none"},
            {"id":"b","created_time":"2026-07-16T11:10:38+0000"}]}}
            """#
        let meta = RecordedMeta { _ in .ok(body) }
        let record = try await subject.integration(meta).conversation("c", access: subject.access)
        #expect(record.messages.map(\.mid) == ["b", "a", "none"])
    }

    @Test(arguments: IntegrationSubject.all)
    func aProfileWithoutConsentIsNil(subject: IntegrationSubject) async throws {
        let integration = subject.integration(RecordedMeta())
        let known = try await integration.profile(of: "1000000000000001", on: .instagram, access: subject.access)
        #expect(known?.username == "user_one")
        let refused = subject.integration(RecordedMeta { _ in .status(400, #"{"error":{"code":230}}"#) })
        #expect(try await refused.profile(of: "1", on: .instagram, access: subject.access) == nil)
    }

    /// Ids come from outside: one that holds a path or a query must stay one segment.
    @Test(arguments: IntegrationSubject.all, ["../me/accounts?x=", "..", "", "a/b", "m_\u{e9}%2F"])
    func anIdNeverLeavesItsPathSegment(subject: IntegrationSubject, id: String) async {
        let meta = RecordedMeta()
        _ = try? await subject.integration(meta).message(id, access: subject.access)
        for asked in meta.asked {
            let path = asked.raw.url.split(separator: "?")[0]
            #expect(path.split(separator: "/").count == 4)
            #expect(!path.hasSuffix("/.."))
        }
    }

    @Test(arguments: IntegrationSubject.all)
    func everyAnswerIsObserved(subject: IntegrationSubject) async throws {
        let observed = ObservationLog()
        for call in subject.everyCall() {
            let meta = RecordedMeta()
            let before = observed.all.count
            try await call.run(subject.make(meta) { observed.append($0) })
            #expect(observed.all.count - before == meta.asked.count, "\(call.name)")
        }
        #expect(observed.all.allSatisfy { $0.flow == subject.flow.name && $0.outcome == "ok" })
    }

    @Test(arguments: IntegrationSubject.all)
    func secretsAreInNoError(subject: IntegrationSubject) async {
        let echo = subject.secrets.joined(separator: " ")
        let answers: [RecordedMeta.Answer] = [
            .status(400, #"{"error":{"message":"\#(echo)","type":"\#(echo)","code":190,"fbtrace_id":"\#(echo)"}}"#),
            .status(500, echo), .ok(echo), .failure(.noAnswer(.timeout)), .failure(.notSent(.connect)),
        ]
        for answer in answers {
            for call in subject.everyCall() {
                do {
                    try await call.run(subject.integration(RecordedMeta { _ in answer }))
                    Issue.record("\(call.name) took a failure for success")
                } catch {
                    for secret in subject.secrets {
                        #expect(!"\(error)\(String(reflecting: error))".contains(secret), "\(call.name)")
                    }
                }
            }
        }
        #expect(!"\(subject.access) \(subject.access.token)".contains(subject.access.token.value))
    }

    @Test(arguments: IntegrationSubject.all)
    func tokensTravelInTheHeader(subject: IntegrationSubject) async throws {
        for call in subject.everyCall() where !["exchange", "inspect"].contains(call.name) {
            let meta = RecordedMeta()
            try await call.run(subject.integration(meta))
            for asked in meta.asked {
                #expect(asked.bearer != nil, "\(call.name)")
                for secret in subject.secrets { #expect(!asked.raw.url.contains(secret), "\(call.name)") }
            }
        }
    }
}

final class ObservationLog: Sendable {
    private let log = Mutex<[GraphObservation]>([])
    var all: [GraphObservation] { log.withLock { $0 } }
    func append(_ observation: GraphObservation) { log.withLock { $0.append(observation) } }
}
