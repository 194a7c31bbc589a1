import Integrations
import TestSupport
import Testing

@testable import Gateway

/// The order of the rungs that ask Meta, and what is made of their answers.
@Suite(.serialized, .hangLimit) struct SenderLadderTests {
    private static let patient = "1000000000000042"
    private static let foreign = "17841400000000077"

    private func climb(_ answers: [String: String]) async throws -> LookupResult {
        let ladder = try await LadderWorld()
        let meta = CannedMeta(answers)
        let item = try await ladder.item("m1")
        let result = await SenderLadder(budget: ladder.budget).climb(
            item, integration: meta.integration, connection: ladder.connection.id, access: meta.access,
            check: ladder.check(accounts: [Self.foreign]))
        await ladder.end()
        return result
    }

    private func message(from id: String) -> String { #"{"id":"m1","from":{"id":"\#(id)"}}"# }

    private func listed(from id: String) -> String {
        #"{"data":[{"id":"c","messages":{"data":[\#(message(from: id))]}}]}"#
    }

    @Test func anotherAccountsIdIsNoAnswerAndTheNextRungIsAsked() async throws {
        let answers = ["m1": message(from: Self.foreign), "conversations": listed(from: Self.patient)]
        guard case .found(let evidence) = try await climb(answers) else {
            Issue.record("nobody was found")
            return
        }
        #expect(evidence.strategy == .conversationList)
        #expect(evidence.from == Self.patient)
    }

    @Test func whereEveryRungNamesAnAccountNobodyIsFound() async throws {
        let answers = ["m1": message(from: Self.foreign), "conversations": listed(from: Self.foreign)]
        guard case .nothing = try await climb(answers) else {
            Issue.record("somebody was found")
            return
        }
    }

    @Test(arguments: [(4, true), (341, true), (17, false), (613, false)])
    func aThrottleStopsTheClimbAndTellsWhomItConcerns(code: Int, concernsApp: Bool) async throws {
        let answers = ["m1": #"{"error":{"code":\#(code)}}"#, "conversations": listed(from: Self.patient)]
        guard case .throttled(RefusalVerdict.throttlePause, let wholeApp) = try await climb(answers) else {
            Issue.record("the climb went on")
            return
        }
        #expect(wholeApp == concernsApp)
    }
}
