import Storage
import TestSupport
import Testing

@testable import Tenancy

/// What owners are to be told is written down with what it tells of.
@Suite(.everyEngine) struct NoticeRowsTests {
    private func world(
        _ state: Connection.State = .active
    ) async throws -> (test: TestStore, tenant: TenantID, connection: Connection) {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let connection = test.connection(of: tenant, state: state)
        try await test.store.write(tenant) { try $0.insertConnection(connection) }
        return (test, tenant, connection)
    }

    private func notices(_ test: TestStore, _ tenant: TenantID) async throws -> [Notice] {
        try await test.store.read(tenant) { try $0.notices(limit: 100) }.reversed()
    }

    @Test func aChangeIsToldOnceWithWhatIsKnown() async throws {
        let (test, tenant, connection) = try await world()
        for _ in 1...2 {
            try await test.store.write(tenant) { rows in
                try rows.setState(of: connection.id, to: .reconnectRequired, reason: .tokenDead, now: test.now)
            }
        }
        let notice = try #require(try await notices(test, tenant).first)
        #expect(try await notices(test, tenant).count == 1)
        #expect(notice.kind == .connectionReconnectRequired && notice.subject == connection.id.description)
        #expect(notice.facts.reason == "token_dead" && notice.facts.state == "reconnect_required")
        #expect(notice.facts.instagramPageID == connection.instagramPageID)
        #expect(notice.attempts == 0 && notice.dueAt == test.now && notice.settledAt == nil)
        // The doctor connects again.
        try await test.store.write(tenant) { _ = try $0.updateConnection(connection) }
        #expect(try await notices(test, tenant).map(\.kind) == [.connectionReconnectRequired, .connectionHealed])
    }

    /// State and reason before and after, and what is told.
    @Test(arguments: [
        (
            Connection.State.active, nil as Connection.Reason?, Connection.State.degraded,
            Connection.Reason.scopesMissing as Connection.Reason?, Notice.Kind.connectionDegraded as Notice.Kind?
        ),
        (.degraded, .scopesMissing, .degraded, .scopesMissing, nil),
        (.degraded, .scopesMissing, .degraded, .notSubscribed, .connectionDegraded),
        (.active, nil, .degraded, .tokenExpiring, nil),
        (.degraded, .tokenExpiring, .active, nil, .connectionHealed),
        (.degraded, .senderless, .active, nil, .connectionHealed),
        (.active, nil, .reconnectRequired, .deauthorized, .connectionReconnectRequired),
        (.active, nil, .disconnected, .requested, nil), (.active, nil, .disconnected, .replaced, nil),
        (.reconnectRequired, .tokenDead, .disconnected, .deauthorized, .connectionDisconnected),
        (.pending, nil, .active, nil, nil), (.active, nil, .active, nil, nil),
    ])
    func whatAChangeTells(
        _ state: Connection.State, _ reason: Connection.Reason?, _ next: Connection.State, _ why: Connection.Reason?,
        _ expected: Notice.Kind?
    ) {
        let moment = Timestamp(milliseconds: 0)
        let before = Connection(
            id: ConnectionID(Identifier(high: 1, low: 1)), tenantID: .system, flow: TestStore.flow, state: state,
            reason: reason, instagramPageID: "1", createdAt: moment, updatedAt: moment)
        #expect(Notice.Kind(change: before, to: next, why) == expected)
    }

    @Test func whatDoesNotHappenIsNotTold() async throws {
        let (test, tenant, connection) = try await world()
        struct Broken: Error {}
        await #expect(throws: Broken.self) {
            try await test.store.write(tenant) { rows in
                try rows.setState(of: connection.id, to: .degraded, reason: .senderless, now: test.now)
                throw Broken()
            }
        }
        #expect(try await notices(test, tenant).isEmpty)
        // Nobody is there to be told.
        let silent = TenancyStore(engine: test.engine, keyRing: try #require(KeyRing([("old", TestStore.oldKey)])))
        try await silent.write(tenant) { rows in
            try rows.setState(of: connection.id, to: .degraded, reason: .senderless, now: test.now)
        }
        #expect(try await notices(test, tenant).isEmpty)
    }

    @Test func theSameIsNotToldAgainAtOnce() async throws {
        let (test, _, _) = try await world()
        func tell(_ kind: Notice.Kind, _ subject: String = "instagram", after seconds: Int) async throws {
            try await test.store.write(TenantID.system) { rows in
                try rows.tell(
                    kind, of: subject, Notice.Facts(), unlessToldWithin: 600, now: test.now.adding(seconds: seconds))
            }
        }
        try await tell(.breakerOpened, after: 0)
        try await tell(.breakerOpened, after: 1)
        try await tell(.breakerOpened, "facebook", after: 2)
        try await tell(.breakerClosed, after: 30)
        try await tell(.breakerClosed, after: 31)
        try await tell(.breakerOpened, after: 60)
        try await tell(.breakerOpened, after: 660)
        let told = try await notices(test, .system).map { "\($0.subject) \($0.kind.rawValue)" }
        #expect(
            told == [
                "instagram breaker.opened", "facebook breaker.opened", "instagram breaker.closed",
                "instagram breaker.opened", "instagram breaker.opened",
            ])
    }

    @Test func aNoticeIsDueUntilItIsSettled() async throws {
        let (test, tenant, connection) = try await world()
        try await test.store.write(tenant) { rows in
            try rows.setState(of: connection.id, to: .degraded, reason: .notSubscribed, now: test.now)
        }
        let id = try #require(try await notices(test, tenant).first).id
        func due(after seconds: Int) async throws -> ([NoticeID], Timestamp?) {
            let now = test.now.adding(seconds: seconds)
            return try await test.store.readGlobal(.shardLoad) { rows in
                (try rows.dueNotices(now: now, limit: 10).map(\.id), try rows.nextDueNotice(after: now))
            }
        }
        #expect(try await due(after: 0) == ([id], nil))
        let later = test.now.adding(seconds: 5)
        try await test.store.write(tenant) { try $0.postponeNotice(id, until: later, outcome: "http_500") }
        #expect(try await due(after: 0) == ([], later))
        #expect(try await due(after: 5) == ([id], nil))
        try await test.store.write(tenant) { try $0.settleNotice(id, outcome: "delivered", now: later) }
        // Late news of an attempt changes nothing any more.
        try await test.store.write(tenant) { try $0.postponeNotice(id, until: later, outcome: "timeout") }
        let settled = try #require(try await notices(test, tenant).first)
        #expect(settled.dueAt == nil && settled.attempts == 2 && settled.outcome == "delivered")
        #expect(settled.settledAt == later)
        #expect(try await due(after: 900) == ([], nil))
    }

    @Test func oldNoticesGo() async throws {
        let (test, tenant, connection) = try await world()
        try await test.store.write(tenant) { rows in
            try rows.setState(of: connection.id, to: .degraded, reason: .notSubscribed, now: test.now)
        }
        for (days, left) in [(0, 1), (1, 0)] {
            let bound = test.now.adding(seconds: days * 86_400)
            try await test.store.write(tenant) { rows in
                let limits = RetentionLimits(
                    payloads: nil, events: nil, messages: nil, notices: bound, parked: test.now)
                _ = try rows.age(from: RetentionPosition(), limits: limits, page: 100, now: bound)
            }
            #expect(try await notices(test, tenant).count == left)
        }
    }
}
