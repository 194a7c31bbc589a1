import Integrations
import Tenancy
import Testing

@testable import Gateway

@Suite struct ConnectionHealthTests {
    private struct Nobody: HTTPTransport {
        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse { throw .notSent(.connect) }
    }

    private static let instagram = InstagramLogin(
        InstagramLoginConfiguration(appID: "1", appSecret: "s"), transport: Nobody())
    private static let page = FacebookPage(FacebookPageConfiguration(appID: "2", appSecret: "s"), transport: Nobody())

    private func health(_ flow: String, _ ratio: Double?, _ integrations: [any Integration]) -> ConnectionHealth {
        let now = Timestamp(milliseconds: 0)
        let connection = Connection(
            id: ConnectionID(TenantID.system.raw), tenantID: .system, flow: Flow(rawValue: flow), state: .active,
            instagramPageID: "17841400000000001", createdAt: now, updatedAt: now)
        return ConnectionHealth(
            senderlessRatio: ratio, connection: connection, integrations: IntegrationRegistry(integrations))
    }

    @Test func senderlessMessagesAreCuredByAFlowThatNamesSenders() throws {
        let advice = try #require(health("instagram_login", 0.4, [Self.instagram, Self.page]).advice)
        #expect(advice.contains("Tick the field messages"))
        #expect(advice.contains("facebook_page"))
        let cure = try #require(health("instagram_login", 0.4, [Self.instagram, Self.page]).cure)
        #expect(cure.method == "PUT" && cure.path == "/v1/tenants/\(TenantID.system)/flow")
        #expect(cure.body.flow == "facebook_page" && advice.contains("\(cure.method) \(cure.path)"))
    }

    @Test func nobodyIsSentToAFlowThatLosesSenders() throws {
        let advice = try #require(health("facebook_page", 0.4, [Self.instagram, Self.page]).advice)
        #expect(advice.contains("Tick the field messages"))
        #expect(!advice.contains("switch"))
        #expect(health("facebook_page", 0.4, [Self.instagram, Self.page]).cure == nil)
        #expect(try #require(health("instagram_login", 0.4, [Self.instagram]).advice).contains("switch") == false)
    }

    @Test(arguments: [nil, 0.01])
    func whereNothingIsWrongNothingIsAdvised(ratio: Double?) {
        #expect(health("instagram_login", ratio, [Self.instagram, Self.page]).advice == nil)
    }
}
