import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Buttons without a mid, as old ones come.
@Suite(.everyEngine, .serialized, .hangLimit) struct PostbackTests {
    private func postback(_ world: PracticeWorld, _ written: WrittenMessage, after milliseconds: Int64 = 0) -> String {
        """
        {"sender":{"id":"\(written.senders[.instagramLogin] ?? "")"},"recipient":{"id":"\(written.account)"},\
        "timestamp":\(written.at + milliseconds),"postback":{"title":"Hours","payload":"hours"}}
        """
    }

    @Test func oneThatBothAppsDeliverIsAnsweredOnce() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let written = try world.writeUnheard("Hours", from: "anna", to: practice)
        for app in [MetaApp.facebook, .instagram] {
            try await world.deliver(postback(world, written), to: practice, signedBy: app)
            try await world.settle()
        }
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        let reasons = try await world.events(of: practice).filter { $0.kind == "postback" }.map(\.reason)
        #expect(reasons == [.replied, .duplicate])
        // The id is a made-up one, and nobody's own id stands in it.
        let mids = try await world.sql("SELECT mid FROM messages WHERE direction = 'inbound'").map { row in
            var columns = row.columns
            return try columns.text()
        }
        #expect(mids.count == 1 && mids.allSatisfy { !$0.contains(written.senders[.instagramLogin] ?? "") })
        await world.end()
    }

    @Test func pressedTwiceItIsAnsweredTwice() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let written = try world.writeUnheard("Hours", from: "anna", to: practice)
        for milliseconds: Int64 in [0, 700] {
            try await world.deliver(postback(world, written, after: milliseconds), to: practice)
            try await world.settle()
        }
        #expect(world.sandbox.sends().count == 2)
        await world.end()
    }
}
