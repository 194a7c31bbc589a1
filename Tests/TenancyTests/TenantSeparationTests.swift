import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Nothing of one tenant is readable or changeable through another's rows, although both know the same person, the
/// same mid and the same thread, and although the caller has got hold of the other's ids.
@Suite(.everyEngine) struct TenantSeparationTests {
    /// Tenant A with everything; tenant B looks for it.
    private func world() async throws -> (test: TestStore, a: Correspondent, connection: Connection, b: TenantID) {
        let test = try await TestStore()
        let tenant = try await test.tenant("A").id
        let a = try await Correspondent(in: test, tenant: tenant)
        let connection = test.connection(of: tenant)
        try await test.store.write(tenant) { try $0.insertConnection(connection) }
        return (test, a, connection, try await test.tenant("B").id)
    }

    /// What the functions of a tenant's rows read and change: ``TenantFunctionTests``.
    @Test func nothingOfAnotherTenantIsListed() async throws {
        let (test, _, _, b) = try await world()
        var filter = EventFilter()
        filter.tenantID = b
        #expect(try await test.store.events(filter, limit: 100).items.isEmpty)
    }

    @Test func nothingCanBeHungOnAnotherTenantsRows() async throws {
        let (test, a, _, b) = try await world()
        let message = test.message("b-1", in: a.conversation.id)
        let reply = test.reply(to: a.message)
        for attempt: @Sendable (TenantRows) throws -> Void in [
            { _ = try $0.insert(message) }, { _ = try $0.insert(reply) },
        ] {
            let error = await #expect(throws: StorageError.self) { try await test.store.write(b, attempt) }
            #expect(error?.kind == .constraint)
        }
    }

    @Test func theSameMessageOfTwoTenantsIsTwo() async throws {
        let (test, a, _, b) = try await world()
        let before = try await test.dump(of: a.tenant)
        let other = try await Correspondent(in: test, tenant: b)
        #expect(other.conversation.patientID != a.conversation.patientID)
        #expect(try await test.store.read(b) { try $0.message(mid: Correspondent.mid)?.id } == other.message.id)
        #expect(try await test.dump(of: a.tenant) == before)
    }

    @Test func oneTenantsKeysOpenNothingOfAnother() async throws {
        let (test, a, connection, b) = try await world()
        let keys = try await test.store.keys(of: b)
        let sealed = a.event.payload
        #expect(throws: (any Error).self) { try keys.open(sealed, at: .eventPayload(a.event.id)) }
        let token = try await test.engine.read(.operators) { transaction in
            var columns = try #require(
                try transaction.first("SELECT token FROM connections WHERE id = ?1", [.id(connection.id.raw)])
            ).columns
            return try columns.blob()
        }
        #expect(throws: (any Error).self) { try keys.open(token, at: .token(of: connection.id)) }
        #expect(try await test.store.keys(of: a.tenant).digest("mid", "m") != keys.digest("mid", "m"))
    }
}
