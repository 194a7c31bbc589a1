import Storage
import Tenancy
import Testing

@testable import Gateway

/// From when on missing senders are the connection's fault.
struct SenderlessWatchTests {
    /// State and reason, messages, those without a sender; what follows.
    @Test(arguments: [
        (Connection.State.active, nil as Connection.Reason?, 100, 5, "degraded senderless"),
        (.active, nil, 100, 4, "-"),
        (.active, nil, 3, 3, "degraded senderless"), (.active, nil, 2, 2, "-"), (.active, nil, 0, 0, "-"),
        (.degraded, .senderless, 100, 5, "-"), (.degraded, .senderless, 100, 1, "active"),
        (.degraded, .senderless, 0, 0, "-"), (.degraded, .notSubscribed, 100, 50, "-"),
        (.degraded, .scopesMissing, 100, 0, "-"), (.reconnectRequired, .tokenDead, 100, 50, "-"),
    ])
    func whatFollows(
        _ state: Connection.State, _ reason: Connection.Reason?, _ all: Int, _ senderless: Int, _ expected: String
    ) {
        let moment = Timestamp(milliseconds: 0)
        let connection = Connection(
            id: ConnectionID(Identifier(high: 1, low: 1)), tenantID: .system, flow: Flow(rawValue: "any"), state: state,
            reason: reason, instagramPageID: "1", createdAt: moment, updatedAt: moment)
        let change = SenderlessWatch(all: all, senderless: senderless).change(of: connection)
        let words = change.map { [$0.state.rawValue, $0.reason?.rawValue].compactMap(\.self).joined(separator: " ") }
        #expect(words ?? "-" == expected)
    }
}
