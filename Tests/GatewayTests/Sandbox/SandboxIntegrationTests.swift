import Integrations
import MetaSandbox
import TestSupport
import Testing

/// Both integrations against the sandbox over real HTTP: what one asks for, the other has to answer.
struct SandboxIntegrationTests {
    private struct Stage {
        let server: SandboxServer
        let client: CurlTransport
        let integration: any Integration
        let running: RunningService
    }

    private func stage(_ flow: SandboxFlow) async throws -> Stage {
        let settings = SandboxConfiguration(echoDelay: 0)
        let server = try SandboxServer(configuration: settings)
        let running = RunningService(server)
        let base = "http://127.0.0.1:\(try await server.port())"
        let client = try CurlTransport()
        let integration: any Integration =
            switch flow {
            case .instagramLogin:
                InstagramLogin(
                    InstagramLoginConfiguration(
                        appID: settings.instagramApp.id, appSecret: settings.instagramApp.secret,
                        authorizeURL: "\(base)/instagram/oauth/authorize", apiURL: "\(base)/instagram-api",
                        graphURL: "\(base)/instagram-graph", facebookGraphURL: "\(base)/facebook-graph"),
                    transport: client)
            case .facebookPage:
                FacebookPage(
                    FacebookPageConfiguration(
                        appID: settings.facebookApp.id, appSecret: settings.facebookApp.secret,
                        authorizeURL: "\(base)/facebook/dialog/oauth", graphURL: "\(base)/facebook-graph",
                        instagramGraphURL: "\(base)/instagram-graph"),
                    transport: client)
            }
        _ = server.control.addAccount(NewAccount(username: "dr_a"))
        return Stage(server: server, client: client, integration: integration, running: running)
    }

    /// Goes through the consent dialog and subscribes, as the gateway does.
    private func connect(_ stage: Stage) async throws -> AccountAccess {
        let redirectURI = "http://localhost:8080/oauth/callback"
        let url = stage.integration.authorizeURL(state: "s1", redirectURI: redirectURI)
        let dialog = try await stage.client.send(
            HTTPRequest(.get, url + "&auto=allow&account=dr_a", isIdempotent: true))
        let query = try #require(dialog.header("Location")?.split(separator: "?").last)
        let field = try #require(query.split(separator: "&").first { $0.hasPrefix("code=") })
        let grant = try await stage.integration.exchange(
            code: String(field.dropFirst("code=".count)), redirectURI: redirectURI)
        #expect(stage.integration.requiredScopes.allSatisfy(grant.scopes.contains))
        let account = try #require(try await stage.integration.accounts(of: grant).first)
        #expect(account.ineligible == nil)
        let access = AccountAccess(
            instagramPageID: try #require(account.instagramPageID), facebookPageID: account.facebookPageID,
            token: account.token)
        let fields = try await stage.integration.subscribe(access)
        #expect(fields.contains("messages"))
        return access
    }

    @Test(.hangLimit, arguments: SandboxFlow.allCases)
    func anIntegrationConnectsHearsLooksUpAndAnswers(_ flow: SandboxFlow) async throws {
        let stage = try await stage(flow)
        defer { stage.running.stop() }
        let (integration, control) = (stage.integration, stage.server.control)
        let access = try await connect(stage)
        #expect(try await integration.inspect(access).instagramPageID == access.instagramPageID)

        let message = try control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        let sender = try #require(message.senders[flow])
        let mid = try #require(message.mids[flow])
        let found = try #require(try await integration.message(mid, access: access))
        #expect(found.from == sender)
        #expect(found.text == "hello")
        #expect(found.to == [access.instagramPageID])
        let conversation = try await integration.conversation(try #require(message.threads[flow]), access: access)
        #expect(conversation.messages.map(\.mid) == [mid])
        let listed = try await integration.conversations(
            on: .instagram, with: sender, access: access)
        #expect(listed.map(\.id) == [message.threads[flow]])
        #expect(try await integration.profile(of: sender, on: .instagram, access: access)?.username == "anna")

        let outcome = await integration.send("welcome", to: sender, on: .instagram, from: access)
        let send = try #require(control.sends(account: "dr_a", person: "anna").first)
        #expect(outcome == .sent(mid: send.mid))
        #expect(send.flow == flow)
        try await integration.unsubscribe(access)
        #expect(try await integration.subscribedFields(access).isEmpty)
    }

    @Test(.hangLimit)
    func aPageAnswersOnMessengerToo() async throws {
        let stage = try await stage(.facebookPage)
        defer { stage.running.stop() }
        let access = try await connect(stage)
        let control = stage.server.control
        let message = try control.write(SandboxContent(text: "hello"), from: "bert", to: "dr_a", on: .messenger)
        let sender = try #require(message.senders[.facebookPage])
        #expect(try await stage.integration.message(message.mid, access: access)?.from == sender)
        _ = await stage.integration.send("welcome", to: sender, on: .messenger, from: access)
        #expect(control.sends().map(\.channel) == [.messenger])
    }

    @Test(
        .hangLimit,
        arguments: [
            (FaultName.tokenDead, GraphError.Kind.tokenDead, true, 0), (.throttle, .throttled, true, 0),
            (.code100, .unsupported, true, 0), (.serverError, .transient, false, 0), (.late500, .transient, false, 1),
            (.lostAnswer, .noAnswer, false, 1), (.truncatedAnswer, .noAnswer, false, 1),
        ])
    func aFaultIsReadForWhatItIs(
        _ fault: FaultName, _ kind: GraphError.Kind, _ isCertain: Bool, _ accepted: Int
    ) async throws {
        let stage = try await stage(.instagramLogin)
        defer { stage.running.stop() }
        let access = try await connect(stage)
        let message = try stage.server.control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        stage.server.control.switchOn(FaultRule(fault, operation: "send", remaining: 1))
        let sender = try #require(message.senders[.instagramLogin])
        switch await stage.integration.send("welcome", to: sender, on: .instagram, from: access) {
        case .sent: Issue.record("the fault did not strike")
        case .notApplied(let error):
            #expect(isCertain)
            #expect(error.kind == kind)
        case .unknown(let error):
            #expect(!isCertain)
            #expect(error.kind == kind)
        }
        #expect(stage.server.control.sends().count == accepted)
    }
}
