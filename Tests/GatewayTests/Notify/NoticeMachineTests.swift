import Foundation
import Integrations
import Storage
import Tenancy
import Testing

@testable import Gateway

/// Signature, schedule and body of the operational webhook, without a call.
@Suite struct NoticeMachineTests {
    private static let now = Timestamp(milliseconds: 1_614_265_330_999)
    private static let body = Array(#"{"test": 2432232314}"#.utf8)

    /// Codes of another program's HMAC over the same message.
    @Test(arguments: [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ("a plain secret of words 0123", "v1,l2vCYOJKCTuQgndpCtPOlRO1WJVCk6UXhJJwO1ue6BM="),
    ])
    func signsAsReceiversLibrariesExpect(secret: String, expected: String) throws {
        let headers = try NoticeSigner(Secret(secret)).headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Self.now, body: Self.body)
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.value) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", expected])
    }

    @Test(arguments: ["", "short", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 but long enough for a text"])
    func refusesASecretThatIsTooShortOrCannotBeRead(_ text: String) {
        #expect(!NoticeSigner.isGood(Secret(text)))
        #expect(throws: (any Error).self) { try NoticeSigner(Secret(text)) }
    }

    @Test func isTriedForAboutThreeDaysAndThenGivenUp() throws {
        for _ in 1...20 {
            var moment = Self.now
            for attempt in 1...NoticeSchedule.waits.count {
                let next = try #require(NoticeSchedule.next(after: attempt, now: moment))
                let wait = Double(next.milliseconds - moment.milliseconds) / 1000
                let planned = Double(NoticeSchedule.waits[attempt - 1])
                #expect(wait >= planned * 0.9 - 0.01 && wait <= planned * 1.1 + 0.01)
                moment = next
            }
            #expect(NoticeSchedule.next(after: NoticeSchedule.waits.count + 1, now: moment) == nil)
            let days = Double(moment.milliseconds - Self.now.milliseconds) / 86_400_000
            #expect((2.8...3.6).contains(days))
        }
    }

    @Test func waitsAsLongAsTheReceiverAsksUpToADay() throws {
        #expect(NoticeSchedule.next(after: 1, asked: 120, now: Self.now) == Self.now.adding(seconds: 120))
        let most = NoticeSchedule.longestAsked
        #expect(NoticeSchedule.next(after: 1, asked: 9_999_999, now: Self.now) == Self.now.adding(seconds: most))
        let unasked = try #require(NoticeSchedule.next(after: 1, asked: -5, now: Self.now))
        #expect(unasked > Self.now && unasked < Self.now.adding(seconds: 10))
    }

    private func notice(_ kind: Notice.Kind, _ reason: Connection.Reason? = nil, of tenant: TenantID) -> Notice {
        var connection = Connection(
            id: ConnectionID(Identifier(high: 1, low: 2)), tenantID: tenant, flow: Flow(rawValue: "facebook_page"),
            state: .degraded, reason: reason, instagramPageID: "17841400000000001", username: "dr_lind",
            token: "a-very-secret-token", createdAt: Self.now, updatedAt: Self.now)
        connection.tokenExpiresAt = Self.now.adding(seconds: 86_400)
        let isOfService = tenant == .system
        return Notice(
            id: NoticeID(Identifier(high: 3, low: 4)), tenantID: tenant, kind: kind,
            subject: isOfService ? "instagram" : connection.id.description,
            facts: isOfService ? Notice.Facts() : Notice.Facts(connection), createdAt: Self.now, attempts: 0)
    }

    @Test func tellsWhatHappenedAndWhatToDo() throws {
        let tenant = TenantID(Identifier(high: 5, low: 6))
        for reason in Connection.Reason.allCases {
            let bytes = try NoticeBody(
                notice(.connectionDegraded, reason, of: tenant), integrations: IntegrationRegistry([])
            ).bytes()
            let json = try JSONValue.parse(bytes)
            #expect(json["type"]?.string == "connection.degraded" && json["timestamp"]?.string == Self.now.rfc3339)
            let data = try #require(json["data"])
            #expect(data["tenant_id"]?.string == tenant.description)
            #expect(data["state_reason"]?.string == reason.rawValue && data["flows"] == ["facebook_page"])
            let advice = try #require(data["advice"]?.string)
            // A flow that names senders is no cure for itself.
            #expect(advice.contains("/v1/tenants/\(tenant)/") == (reason != .senderless), "\(reason)")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("secret") && !text.contains("dr_lind"))
        }
    }

    @Test func theServicesFaultNamesItsFlows() throws {
        let json = try JSONValue.parse(
            try NoticeBody(notice(.breakerOpened, of: .system), integrations: IntegrationRegistry([])).bytes())
        #expect(json["data"]?["flows"] == ["instagram_login"])
        #expect(json["data"]?["tenant_id"] == nil && json["data"]?["connection_id"] == nil)
        #expect(json["data"]?["advice"]?.string?.isEmpty == false)
    }
}
