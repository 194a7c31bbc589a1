import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct APIKeysTests {
    @Test(.sqliteOnly) func theKeyThatWasShownOpensAndItsSecretIsStoredNowhere() async throws {
        let test = try await TestStore()
        let keys = APIKeys(test.store)
        let tenant = try await test.tenant().id
        for scope in [APIKey.Scope.admin, .read, .tenant(tenant)] {
            let (key, text) = try await keys.create(name: "n", scope: scope, now: test.now)
            #expect(text.hasPrefix(key.prefix))
            #expect(try await keys.authenticate(text, now: test.now)?.id == key.id)
            #expect(try await keys.authenticate(text, now: test.now)?.scope == scope)
            let secret = try #require(text.split(separator: "_", maxSplits: 2).last)
            #expect(try test.bytesOnDisk().range(of: Data(secret.utf8)) == nil)
        }
        #expect(try await keys.list().map(\.scope) == [.admin, .read, .tenant(tenant)])
    }

    @Test func aWrongTextOpensNothing() async throws {
        let test = try await TestStore()
        let keys = APIKeys(test.store)
        let text = try await keys.create(name: "n", scope: .admin, now: test.now).text
        let other = try await keys.create(name: "m", scope: .admin, now: test.now).text
        let parts = text.split(separator: "_", maxSplits: 2)
        let mixed = "clv_\(parts[1])_\(other.split(separator: "_", maxSplits: 2)[2])"
        // An id that there is not, with a secret that is somebody's.
        let unknown = "clv_\(String(repeating: "0", count: 32))_\(parts[2])"
        for wrong in [
            "", "clv", "clv__", mixed, unknown, text + "A", String(text.dropLast()), "xyz" + text.dropFirst(3),
        ] {
            #expect(try await keys.authenticate(wrong, now: test.now) == nil)
        }
    }

    @Test func revokedAndExpiredKeysOpenNothing() async throws {
        let test = try await TestStore()
        let keys = APIKeys(test.store)
        let end = test.now.adding(seconds: 60)
        let (_, ending) = try await keys.create(name: "ending", scope: .read, expiresAt: end, now: test.now)
        #expect(try await keys.authenticate(ending, now: end.adding(milliseconds: -1)) != nil)
        #expect(try await keys.authenticate(ending, now: end) == nil)
        let (key, text) = try await keys.create(name: "revoked", scope: .read, now: test.now)
        #expect(try await keys.revoke(key.id, now: test.now))
        #expect(try await !keys.revoke(key.id, now: test.now))
        #expect(try await keys.authenticate(text, now: test.now) == nil)
    }

    @Test func theLastUseIsWrittenOnceAMinute() async throws {
        let test = try await TestStore()
        let keys = APIKeys(test.store)
        let text = try await keys.create(name: "n", scope: .admin, now: test.now).text
        for (seconds, expected) in [(0, 0), (59, 0), (60, 60)] {
            _ = try await keys.authenticate(text, now: test.now.adding(seconds: seconds))
            #expect(try await keys.list().first?.lastUsedAt == test.now.adding(seconds: expected))
        }
    }
}
