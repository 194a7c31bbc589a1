import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized, .hangLimit) struct ThreadRungTests {
    private func climb(
        _ ladder: LadderWorld, _ item: ProcessedItem, accounts: Set<String> = [],
        _ change: (inout Connection) -> Void = { _ in }
    ) async throws -> ThreadRung.Answer {
        var changed = ladder.connection
        change(&changed)
        let (connection, check) = (changed, ladder.check(accounts: accounts))
        return try await ladder.world.store.read(ladder.practice.tenant) { rows in
            try ThreadRung(rows: rows, connection: connection, check: check).answer(for: item)
        }
    }

    private func sender(_ answer: ThreadRung.Answer) -> String? {
        if case .evidence(let evidence) = answer { evidence.from } else { nil }
    }

    private func isDirectionUnknown(_ answer: ThreadRung.Answer) -> Bool {
        if case .directionUnknown = answer { true } else { false }
    }

    private func isNothing(_ answer: ThreadRung.Answer) -> Bool {
        if case .nothing = answer { true } else { false }
    }

    @Test func aKnownPeerIsTheSender() async throws {
        let ladder = try await LadderWorld()
        let first = try await ladder.hear(from: "anna")
        let answer = try await climb(ladder, try await ladder.item(try ladder.stranger(to: first)))
        #expect(sender(answer) == first.senders[.instagramLogin])
        await ladder.end()
    }

    @Test func theDirectionIsUnknownWhileSomethingMayBeOnItsWay() async throws {
        let ladder = try await LadderWorld()
        ladder.world.sandbox.switchOn(FaultRule(.echoMissing))
        ladder.world.sandbox.switchOn(FaultRule(.lostAnswer, operation: "send"))
        let first = try await ladder.hear(from: "anna")
        #expect(try await ladder.world.replies(ladder.practice).map(\.state) == [.unknown])
        #expect(isDirectionUnknown(try await climb(ladder, try await ladder.item(try ladder.stranger(to: first)))))
        await ladder.end()
    }

    @Test func theDirectionIsUnknownOnceOwnMessagesCameWithoutSender() async throws {
        let ladder = try await LadderWorld()
        let first = try await ladder.hear(from: "anna")
        let item = try await ladder.item(try ladder.stranger(to: first))
        #expect(isDirectionUnknown(try await climb(ladder, item) { $0.senderlessOwnSeen = true }))
        await ladder.end()
    }

    @Test func aStrangeThreadAnotherFlowAndAConnectedAccountTellNothing() async throws {
        let ladder = try await LadderWorld()
        let first = try await ladder.hear(from: "anna")
        let anna = try #require(first.senders[.instagramLogin])
        let mid = try ladder.stranger(to: first)
        let other = try ladder.world.writeUnheard("me too", from: "bert", to: ladder.practice)
        #expect(isNothing(try await climb(ladder, try await ladder.item(other.mid))))
        #expect(isNothing(try await climb(ladder, try await ladder.item("m_opaque"))))
        #expect(isNothing(try await climb(ladder, try await ladder.item(mid, flow: .facebookPage))))
        #expect(isNothing(try await climb(ladder, try await ladder.item(mid), accounts: [anna])))
        await ladder.end()
    }
}
