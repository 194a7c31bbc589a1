import Cryptography
import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct SessionsTests {
    private func link(_ test: TestStore, seconds: Int = 86_400) async throws -> ConnectLink {
        let tenant = try await test.tenant().id
        return try await ConnectLinks(test.store).create(
            tenant: tenant, flow: TestStore.flow, purpose: .manage, expiresInSeconds: seconds, now: test.now
        ).link
    }

    private func practice(_ test: TestStore, seconds: Int = 86_400) async throws -> Session.Owner {
        let link = try await link(test, seconds: seconds)
        return .practice(link.tenantID, link: link.hash)
    }

    @Test(.sqliteOnly) func aSessionIsFoundByItsSecretAlone() async throws {
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let (secret, session) = try await sessions.open(try await practice(test), now: test.now)
        #expect(Base64URL.decode(secret)?.count == 32)
        #expect(try await sessions.find(secret, kind: .practice, now: test.now) == session)
        for wrong in ["", "x", secret + "A", Base64URL.encode(session.hash), Base64URL.encode(RandomBytes.make(32))] {
            #expect(try await sessions.find(wrong, kind: .practice, now: test.now) == nil)
        }
        // One kind of session opens nothing of the other.
        #expect(try await sessions.find(secret, kind: .operator, now: test.now) == nil)
        #expect(try test.bytesOnDisk().range(of: Data(secret.utf8)) == nil)
        #expect(try test.bytesOnDisk().range(of: Data(try #require(Base64URL.decode(secret)))) == nil)
    }

    @Test func eachOpeningHasASecretAndATokenOfItsOwn() async throws {
        let test = try await TestStore()
        let owner = try await practice(test)
        let first = try await Sessions(test.store).open(owner, now: test.now)
        let second = try await Sessions(test.store).open(owner, now: test.now)
        #expect(first.secret != second.secret)
        #expect(first.session.accepts(formToken: first.session.formToken))
        #expect(!first.session.accepts(formToken: second.session.formToken))
        #expect(!first.session.accepts(formToken: ""))
        #expect(first.session.handle != second.session.handle)
    }

    @Test func aPracticesSessionEndsAfterHalfAnHourHoweverOftenItIsUsed() async throws {
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let secret = try await sessions.open(try await practice(test), now: test.now).secret
        for minute in [1, 10, 29] {
            let now = test.now.adding(seconds: minute * 60)
            #expect(try await sessions.find(secret, kind: .practice, now: now)?.seenAt == now)
        }
        let end = test.now.adding(seconds: 1800)
        #expect(try await sessions.find(secret, kind: .practice, now: end.adding(milliseconds: -1)) != nil)
        #expect(try await sessions.find(secret, kind: .practice, now: end) == nil)
    }

    @Test func anOperatorsSessionLivesWhileItIsUsedForAWorkingDay() async throws {
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let idle = try await sessions.open(.operator(nil), now: test.now).secret
        let used = try await sessions.open(.operator(nil), now: test.now).secret
        var now = test.now
        for _ in 0..<19 {
            now = now.adding(seconds: 1500)
            #expect(try await sessions.find(used, kind: .operator, now: now) != nil)
        }
        #expect(try await sessions.find(idle, kind: .operator, now: test.now.adding(seconds: 1800)) == nil)
        #expect(try await sessions.find(used, kind: .operator, now: test.now.adding(seconds: 8 * 3600)) == nil)
    }

    @Test func aSessionEndsWithItsLink() async throws {
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let short = try await link(test, seconds: 60)
        let secret = try await sessions.open(.practice(short.tenantID, link: short.hash), now: test.now).secret
        #expect(try await sessions.find(secret, kind: .practice, now: test.now.adding(seconds: 59)) != nil)
        #expect(try await sessions.find(secret, kind: .practice, now: test.now.adding(seconds: 60)) == nil)
        let other = try await link(test)
        let second = try await sessions.open(.practice(other.tenantID, link: other.hash), now: test.now).secret
        #expect(try await test.store.writeGlobal { try $0.markUsed(other, now: test.now) })
        #expect(try await sessions.find(second, kind: .practice, now: test.now) == nil)
        // A session of no link that is known opens nothing.
        let nobodys = Session.Owner.practice(other.tenantID, link: SHA256.digest([1]))
        let third = try await sessions.open(nobodys, now: test.now).secret
        #expect(try await sessions.find(third, kind: .practice, now: test.now) == nil)
    }

    @Test func anOperatorsSessionEndsWithItsKey() async throws {
        let test = try await TestStore()
        let (sessions, keys) = (Sessions(test.store), APIKeys(test.store))
        let key = try await keys.create(name: "a", scope: .read, now: test.now).key
        let secret = try await sessions.open(.operator(key.id), now: test.now).secret
        #expect(try await sessions.find(secret, kind: .operator, now: test.now)?.owner == .operator(key.id))
        try await keys.revoke(key.id, now: test.now)
        #expect(try await sessions.find(secret, kind: .operator, now: test.now) == nil)
        let ending = try await keys.create(
            name: "b", scope: .admin, expiresAt: test.now.adding(seconds: 10), now: test.now
        ).key
        let second = try await sessions.open(.operator(ending.id), now: test.now).secret
        #expect(try await sessions.find(second, kind: .operator, now: test.now.adding(seconds: 9)) != nil)
        #expect(try await sessions.find(second, kind: .operator, now: test.now.adding(seconds: 10)) == nil)
    }

    @Test func noSessionBeginsOrEndsWithoutItsEntry() async throws {
        struct Refused: Error {}
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let count = {
            try await test.store.readGlobal { rows in
                var columns = try rows.transaction.first("SELECT COUNT(*) FROM sessions", [])?.columns
                return try columns?.count()
            }
        }
        await #expect(throws: Refused.self) {
            try await sessions.open(.operator(nil), now: test.now) { _, _ in throw Refused() }
        }
        #expect(try await count() == 0)
        let (secret, session) = try await sessions.open(.operator(nil), now: test.now)
        await #expect(throws: Refused.self) { try await sessions.end(session) { _ in throw Refused() } }
        #expect(try await sessions.find(secret, kind: .operator, now: test.now) == session)
        #expect(try await sessions.end(session))
        // Who signs out twice has signed out once.
        #expect(try await !sessions.end(session) { _ in throw Refused() })
        #expect(try await count() == 0)
    }

    @Test func endedSessionsAreGone() async throws {
        let test = try await TestStore()
        let sessions = Sessions(test.store)
        let (secret, session) = try await sessions.open(try await practice(test), now: test.now)
        let kept = try await sessions.open(.operator(nil), now: test.now.adding(seconds: 60)).secret
        #expect(try await sessions.end(session))
        #expect(try await !sessions.end(session))
        #expect(try await sessions.find(secret, kind: .practice, now: test.now) == nil)
        _ = try await sessions.open(.operator(nil), now: test.now)
        #expect(try await sessions.deleteExpired(now: test.now.adding(seconds: 1800)) == 1)
        #expect(try await sessions.find(kept, kind: .operator, now: test.now.adding(seconds: 1800)) != nil)
        let owner = try await practice(test)
        guard case .practice(let tenant, _) = owner else { return }
        let third = try await sessions.open(owner, now: test.now).secret
        #expect(try await test.store.writeGlobal { try $0.deleteSessions(of: tenant) } == 1)
        #expect(try await sessions.find(third, kind: .practice, now: test.now) == nil)
    }
}
