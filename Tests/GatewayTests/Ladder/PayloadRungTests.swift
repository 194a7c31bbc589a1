import TestSupport
import Testing

@testable import Gateway

@Suite(.hangLimit) struct PayloadRungTests {
    @Test func aNamedSenderIsEvidence() async throws {
        let ladder = try await LadderWorld()
        let item = try await ladder.item("m", sender: "1000000000000042")
        let evidence = PayloadRung(check: ladder.check()).evidence(for: item)
        #expect(evidence?.strategy == .payload)
        #expect(evidence?.from == "1000000000000042")
        await ladder.end()
    }

    @Test func whoCannotBeAnsweredIsNone() async throws {
        let ladder = try await LadderWorld()
        let other = "17841400000000077"
        let rung = PayloadRung(check: ladder.check(accounts: [other]))
        let account = ladder.practice.account
        for sender in [nil, "", "12334", "12345", "0100000000000042", "abc", account.id, account.appScopedID, other] {
            let item = try await ladder.item("m", sender: sender)
            #expect(rung.evidence(for: item)?.from == nil, "\(sender ?? "nobody")")
        }
        await ladder.end()
    }
}
