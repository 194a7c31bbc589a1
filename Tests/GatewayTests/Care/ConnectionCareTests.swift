import Integrations
import Storage
import Tenancy
import Testing

@testable import Gateway

/// What is due when, without a database and without Meta.
struct ConnectionCareTests {
    private static let day: Int64 = 86_400_000
    private static let issued = Timestamp(milliseconds: 1_790_000_000_000)
    private let weekly = TokenLifetime(youngestRefresh: 86_400, refreshAge: 7 * 86_400)

    private func at(day: Int64, plus milliseconds: Int64 = 0) -> Timestamp {
        Self.issued.adding(milliseconds: day * Self.day + milliseconds)
    }

    private func care(
        low: UInt64 = 0, lives days: Int64? = 60, warned: Int = 0, lifetime: TokenLifetime?,
        change: (inout Connection) -> Void = { _ in }
    ) -> ConnectionCare {
        var connection = Connection(
            id: ConnectionID(Identifier(high: 1, low: low)), tenantID: .system, flow: Flow(rawValue: "instagram_login"),
            state: .active, instagramPageID: "17841400000000001", token: "token", tokenIssuedAt: Self.issued,
            tokenExpiresAt: days.map { at(day: $0) }, createdAt: Self.issued, updatedAt: Self.issued)
        change(&connection)
        return ConnectionCare(
            connection: connection, plan: CarePlan(dueAt: Self.issued, warned: warned), lifetime: lifetime,
            isOn: false)
    }

    @Test func aTokenIsRenewedOnItsEighthDayEachAtAnotherMoment() {
        var moments: Set<Timestamp> = []
        for low in stride(from: UInt64(0), to: 20_000_000_000, by: 999_999_937) {
            let care = care(low: low, lifetime: weekly)
            guard let moment = care.refreshAt else {
                Issue.record("never")
                continue
            }
            #expect(moment >= at(day: 7) && moment < at(day: 8))
            #expect(!care.wantsRefresh(at: moment.adding(milliseconds: -1)) && care.wantsRefresh(at: moment))
            #expect(care.nextVisit(after: Self.issued) == moment)
            moments.insert(moment)
        }
        #expect(moments.count > 15)
    }

    @Test(arguments: [(Int64(60), Int64(7)), (21, 6), (15, 1), (2, 1)])
    func aShortLifeIsRenewedEarlier(_ days: Int64, _ expected: Int64) {
        #expect(care(lives: days, lifetime: weekly).refreshAt == at(day: expected))
    }

    @Test func whatDoesNotEndIsLeftAlone() {
        let care = care(lives: nil, lifetime: nil)
        #expect(care.refreshAt == nil && care.warning(at: at(day: 900)) == nil)
        #expect(care.nextVisit(after: Self.issued) == nil)
    }

    @Test(arguments: [Connection.State.pending, .reconnectRequired, .disconnected])
    func whoCannotAnswerIsLeftAlone(_ state: Connection.State) {
        let care = care(lifetime: weekly) { $0.state = state }
        #expect(care.refreshAt == nil && care.warning(at: at(day: 59)) == nil)
        #expect(care.nextVisit(after: Self.issued) == nil)
        #expect(!self.care(lifetime: weekly) { $0.token = nil }.wantsRefresh(at: at(day: 59)))
    }

    /// Days of the token's age, what was told before, and what is told now.
    @Test(arguments: [
        (Int64(45), 0, nil as Int?), (46, 0, 14), (46, 14, nil), (53, 14, 7), (53, 7, nil), (57, 7, 3), (59, 3, 1),
        (60, 1, nil), (90, 1, nil), (90, 3, 1), (58, 0, 3),
    ])
    func theLadderIsGoneDownOnce(_ age: Int64, _ warned: Int, _ expected: Int?) {
        #expect(care(warned: warned, lifetime: nil).warning(at: at(day: age)) == expected)
    }

    @Test func theNextVisitIsTheFirstOfWhatIsToCome() {
        let care = care(lifetime: weekly)
        #expect(care.nextVisit(after: at(day: 20), retryAt: at(day: 21)) == at(day: 21))
        #expect(care.nextVisit(after: at(day: 45), retryAt: at(day: 50)) == at(day: 46))
        #expect(care.nextVisit(after: at(day: 61), retryAt: at(day: 62)) == at(day: 62))
        #expect(self.care(lifetime: nil).nextVisit(after: at(day: 46)) == at(day: 53))
        // Due, and not tried: somebody has changed the token's dates while it was looked at.
        #expect(care.nextVisit(after: at(day: 20)) == at(day: 20))
    }

    @Test func metaIsAskedOnceADayWhatMayBeDone() {
        var care = care(low: 1_800_000, lifetime: nil)
        #expect(care.checkAt == nil)
        care.isOn = true
        #expect(care.checkAt == at(day: 1, plus: 1_800_000) && !care.wantsCheck(at: at(day: 1)))
        #expect(care.wantsCheck(at: at(day: 2)) && care.nextVisit(after: at(day: 2)) == at(day: 2))
        care.plan.checkedAt = at(day: 2)
        #expect(care.nextVisit(after: at(day: 2)) == at(day: 3, plus: 1_800_000))
        // Nobody is asked while Meta wants silence; the ladder needs no answer of Meta's.
        #expect(care.nextVisit(after: at(day: 45), silentUntil: at(day: 45, plus: 9)) == at(day: 45, plus: 9))
        #expect(care.nextVisit(after: at(day: 45), silentUntil: at(day: 48)) == at(day: 46))
        care.connection.state = .reconnectRequired
        #expect(!care.wantsCheck(at: at(day: 9)))
    }

    @Test func aCheckThatWasAskedForComesInsteadOfTheDailyOne() {
        var care = care(lifetime: nil)
        care.isOn = true
        care.plan = CarePlan(dueAt: nil, checkedAt: at(day: 2), checkAt: at(day: 2, plus: 1))
        #expect(care.checkAt == at(day: 2, plus: 1))
        // One that has failed is not due again because the daily one is.
        care.plan.checkAt = at(day: 4)
        #expect(!care.wantsCheck(at: at(day: 3, plus: 3_600_000)))
    }

    @Test func retriesWaitLongerAndNeverShorterThanMetaAsks() {
        let now = Self.issued
        for (attempt, range) in [
            (1, Int64(150_000)...300_000), (3, 600_000...1_200_000), (40, 10_800_000...21_600_000),
        ] {
            let wait = ConnectionCare.retry(after: attempt, nil, now: now).milliseconds - now.milliseconds
            #expect(range.contains(wait), "\(attempt): \(wait)")
        }
        let throttled = GraphError(.throttled, retryAfter: 90_000)
        #expect(ConnectionCare.retry(after: 1, throttled, now: now) == now.adding(seconds: 90_000))
    }
}
