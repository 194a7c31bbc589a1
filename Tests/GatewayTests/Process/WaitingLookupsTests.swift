import Integrations
import Storage
import Testing

@testable import Gateway
@testable import Tenancy

@Suite("Look-ups that wait")
struct WaitingLookupsTests {
    private let loud = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0001))
    private let quiet = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0002))

    private func job(_ number: Int, of tenant: TenantID) throws -> LookupJob {
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        let event = Event(
            id: EventID(Identifier(high: 0x7001, low: 0x8000_0000_0000_0000 | UInt64(number))), tenantID: tenant,
            receivedAt: now, app: "instagram", object: "instagram", accountID: "17841400000000001",
            container: "messaging", siblings: 0, dueAt: now)
        let slice = WebhookSlice(
            object: "instagram", entryID: event.accountID, container: .messaging, siblings: 0,
            bytes: Array(#"{"message_edit":{"mid":"m","num_edit":0}}"#.utf8))
        let keys = try TenantKeys(tenant: tenant, secret: Array(repeating: 1, count: TenantKeys.secretCount))
        return LookupJob(
            item: ProcessedItem(
                event: event, item: try #require(WebhookReader.read(slice)), flow: Flow(rawValue: "instagram_login"),
                keys: keys, now: now
            ),
            connection: ConnectionID(Identifier(high: 0x7002, low: 0x8000_0000_0000_0000)),
            hold: TenantHold(tenant, epoch: nil))
    }

    @Test("One tenant's take no more than their share, however many and however slow they are")
    func share() throws {
        var waiting = WaitingLookups()
        let many = try (0..<20).map { try job($0, of: loud) }
        for job in many { waiting.add(job) }
        let other = try job(100, of: quiet)
        waiting.add(other)
        let first = waiting.take(64, perTenant: 8, running: [])
        #expect(first.map(\.item.event.id) == (many.prefix(8) + [other]).map(\.item.event.id))
        // They hang: nothing more of that tenant, and still room for the other.
        let next = try job(101, of: quiet)
        waiting.add(next)
        let third = waiting.take(55, perTenant: 8, running: [])
        #expect(third.map(\.item.event.id) == [next.item.event.id])
        waiting.ended(first[0])
        let fourth = waiting.take(55, perTenant: 8, running: [])
        #expect(fourth.map(\.item.event.id) == [many[8].item.event.id])
    }

    @Test("An event waits once, and a tenant's beyond the limit come back with their lease")
    func bounded() throws {
        var waiting = WaitingLookups()
        let limit = WaitingLookups.limitPerTenant
        let all = try (0...limit).map { try job($0, of: loud) }
        let first = waiting.add(all[0])
        let again = waiting.add(all[0])
        #expect(first && !again)
        let others = all[1..<limit].map { waiting.add($0) }
        #expect(others.allSatisfy { $0 })
        let beyond = waiting.add(all[limit])
        let ofAnother = waiting.add(try job(1000, of: quiet))
        #expect(!beyond && ofAnother)
        let taken = waiting.take(1, perTenant: 8, running: [all[0].item.event.id.raw])
        #expect(taken.map(\.item.event.id) == [all[1].item.event.id])
        let later = waiting.add(all[limit])
        #expect(later)
    }
}
