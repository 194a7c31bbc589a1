import Storage
import Tenancy
import Testing

@testable import Gateway

@Suite struct RetentionRoundTests {
    private let begin = Timestamp(milliseconds: 1_750_000_000_000)
    private let tenants: [TenantID] = (1...3).map { TenantID(Identifier(high: UInt64($0), low: 1)) }

    private func batch(next: RetentionPosition? = nil, payloadsDone: Identifier? = nil) -> RetentionBatch {
        var batch = RetentionBatch()
        batch.next = next
        batch.payloadsDone = payloadsDone
        return batch
    }

    @Test func everyTenantHasItsTurnOnceARound() {
        var round = RetentionRound()
        #expect(round.isDue(now: begin))
        round.begin(tenants, now: begin)
        var seen: [TenantID] = []
        while let turn = round.next() {
            #expect(turn.position == RetentionPosition())
            seen.append(turn.tenant)
            round.did(batch())
        }
        #expect(seen == tenants)
        #expect(!round.isDue(now: begin.adding(seconds: RetentionRound.interval - 1)))
        #expect(round.isDue(now: begin.adding(seconds: RetentionRound.interval)))
    }

    @Test func aTenantKeepsItsTurnUntilItIsDone() {
        var round = RetentionRound()
        round.begin(Array(tenants.prefix(2)), now: begin)
        let position = RetentionPosition(.messages, after: Identifier(high: 9, low: 9))
        _ = round.next()
        round.did(batch(next: position))
        #expect(round.next()?.position == position)
        // Asked twice without an answer: the same turn, as after a failure.
        #expect(round.next()?.tenant == tenants[0])
        round.did(batch())
        #expect(round.next()?.tenant == tenants[1])
    }

    @Test func aRoundThatIsNotOverIsNotBegunAgain() {
        var round = RetentionRound()
        round.begin(tenants, now: begin)
        #expect(!round.isDue(now: begin.adding(seconds: 10 * RetentionRound.interval)))
    }

    @Test func whoIsSkippedComesAgainInTheNextRoundWithNothingRemembered() {
        var round = RetentionRound()
        round.begin([tenants[0]], now: begin)
        _ = round.next()
        round.did(batch(next: RetentionPosition(.payloads), payloadsDone: Identifier(high: 5, low: 0)))
        round.skip()
        #expect(round.next() == nil)
        let later = begin.adding(seconds: RetentionRound.interval)
        round.begin([tenants[0]], now: later)
        #expect(round.next()?.payloadsDone == .least)
    }

    @Test func payloadsThatWereDealtWithAreRememberedForADay() {
        var round = RetentionRound()
        let done = Identifier(high: 5, low: 0)
        round.begin([tenants[0]], now: begin)
        _ = round.next()
        round.did(batch(payloadsDone: done))
        round.begin([tenants[0]], now: begin.adding(seconds: RetentionRound.memory - 1))
        #expect(round.next()?.payloadsDone == done)
        round.did(batch())
        round.begin([tenants[0]], now: begin.adding(seconds: RetentionRound.memory))
        #expect(round.next()?.payloadsDone == .least)
    }
}
