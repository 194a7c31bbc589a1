import Integrations
import Tenancy
import Testing

@testable import Gateway

/// What follows from each of Meta's refusals.
@Suite struct RefusalVerdictTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)
    private static let longAgo = now.adding(seconds: -7_200)

    struct Case: Sendable, CustomStringConvertible {
        var kind: GraphError.Kind
        var attempts = 1
        var metasFault = false
        var state: Reply.State
        var reason: Reply.Reason?
        var part: ReplyPart.State
        var connection: Connection.State?
        /// Seconds for which the account pauses.
        var pause: Int?

        var description: String { "\(kind.rawValue), attempt \(attempts), \(metasFault ? "burst" : "alone")" }
    }

    private static func retried(_ kind: GraphError.Kind, attempts: Int = 1, metasFault: Bool = false) -> Case {
        Case(kind: kind, attempts: attempts, metasFault: metasFault, state: .queued, part: .queued)
    }

    private static func failed(
        _ kind: GraphError.Kind, _ reason: Reply.Reason, attempts: Int = 1, connection: Connection.State? = nil,
        pause: Int? = nil
    ) -> Case {
        Case(
            kind: kind, attempts: attempts, state: .failed, reason: reason, part: .failed, connection: connection,
            pause: pause)
    }

    static let cases: [Case] = [
        retried(.notSent, attempts: 50), retried(.noAnswer), retried(.transient),
        retried(.unsupported), retried(.malformed, attempts: 7), retried(.gone),
        failed(.unsupported, .content, attempts: 8), failed(.malformed, .content, attempts: 8),
        failed(.gone, .content, attempts: 9),
        // While Meta fails patience has no end.
        retried(.unsupported, attempts: 50, metasFault: true), retried(.tokenDead, metasFault: true),
        retried(.permission, attempts: 50, metasFault: true),
        Case(
            kind: .tokenDead, state: .held, reason: .waitingForReconnect, part: .queued,
            connection: .reconnectRequired),
        Case(kind: .throttled, attempts: 50, state: .queued, reason: .throttled, part: .queued, pause: 60),
        Case(kind: .windowClosed, state: .expired, reason: .windowClosed, part: .failed),
        failed(.recipientUnreachable, .recipientUnreachable), failed(.wrongRecipient, .wrongRecipient),
        failed(.notThreadOwner, .notThreadOwner), failed(.content, .content),
        failed(.permission, .permission, connection: .degraded), failed(.policy, .policy, pause: 3_600),
    ]

    @Test(arguments: cases)
    func followsFromTheKindOfError(_ row: Case) {
        let verdict = RefusalVerdict(
            GraphError(row.kind), attempts: row.attempts, since: Self.longAgo, now: Self.now,
            metasFault: row.metasFault)
        #expect(verdict.state == row.state)
        #expect(verdict.reason == row.reason)
        #expect(verdict.part == row.part)
        #expect(verdict.connection?.state == row.connection)
        #expect(verdict.pauseUntil == row.pause.map { Self.now.adding(seconds: $0) })
        // Whatever is queued is due again, and nothing else is.
        #expect((verdict.dueAt.map { $0 > Self.now } ?? false) == (row.state == .queued))
    }

    /// What the app itself lacks is nothing that an account's owner could mend.
    @Test(arguments: [(3, nil as Int?), (200, 2_534_048), (10, 2_534_048)])
    func anAppThatMayNotDegradesNoConnection(code: Int, subcode: Int?) {
        let verdict = RefusalVerdict(
            GraphError(.permission, status: 403, code: code, subcode: subcode), attempts: 1, since: Self.now,
            now: Self.now, metasFault: false)
        #expect(verdict.state == .failed && verdict.reason == .permission && verdict.connection == nil)
    }

    /// Eight attempts are over in two minutes, and outages are not.
    @Test func nothingIsGivenUpWithinTheFirstHour() {
        for kind in [GraphError.Kind.unsupported, .malformed, .gone] {
            let verdict = RefusalVerdict(
                GraphError(kind), attempts: 20, since: Self.now.adding(seconds: -3_599), now: Self.now,
                metasFault: false)
            #expect(verdict.state == .queued && verdict.reason == nil)
        }
    }

    @Test func everyKindHasARow() {
        #expect(Set(Self.cases.map(\.kind)) == Set(GraphError.Kind.allCases))
    }

    @Test func aThrottleEndsWhenMetaSays() {
        let verdict = RefusalVerdict(
            GraphError(.throttled, retryAfter: 300), attempts: 1, since: Self.longAgo, now: Self.now, metasFault: false)
        #expect(verdict.dueAt == Self.now.adding(seconds: 300))
        #expect(verdict.pauseUntil == verdict.dueAt)
    }

    @Test func onlyADeadTokenAndMissingRightsTouchTheConnection() {
        for row in Self.cases where row.connection != nil {
            #expect([.tokenDead, .permission].contains(row.kind))
            #expect(!row.metasFault)
        }
    }
}
