import Cryptography
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// What is done for a wrong key does not depend on what is wrong with it: told by what happens, not by how long it takes.
@Suite(.everyEngine) struct KeyLookupTests {
    /// The statements that reached the database.
    private final class Recording: Engine {
        private let engine: any Engine
        private let book = Mutex<[String]>([])

        init(_ engine: any Engine) {
            self.engine = engine
        }

        var dialect: Dialect { engine.dialect }

        func taken() -> [String] {
            book.withLock { book in
                defer { book = [] }
                return book
            }
        }

        func read<Value: Sendable>(
            _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
        ) async throws -> Value {
            try await engine.read(scope) { try body(Transcript(transaction: $0, note: self.note)) }
        }

        func write<Value: Sendable>(
            _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
        ) async throws -> Value {
            note("write")
            return try await engine.write(scope, body)
        }

        func close() async { await engine.close() }

        private func note(_ sql: String) { book.withLock { $0.append(sql) } }
    }

    private struct Transcript: Transaction {
        let transaction: any Transaction
        let note: (String) -> Void

        func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
            note(sql)
            return try transaction.execute(sql, values)
        }

        func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
            note(sql)
            return try transaction.executeBatch(sql, rows)
        }

        func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
            note(sql)
            return try transaction.query(sql, values)
        }

        func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
            note(sql)
            return try transaction.locking(sql, values, clause)
        }

        func clock() throws(StorageError) -> Int64 { try transaction.clock() }

        func enter(_ scope: Scope) throws(StorageError) { try transaction.enter(scope) }
    }

    @Test(.sqliteOnly) func oneDigestIsComparedWhateverWasFound() {
        let now = Timestamp(milliseconds: 1_750_000_000_000)
        let secret = [UInt8](repeating: 7, count: 32)
        let hash = SHA256.digest(secret)
        func key(expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil) -> APIKey {
            APIKey(
                id: APIKeyID(Identifier(high: 0x7000, low: 1)), name: "n", prefix: "clv_", scope: .admin,
                createdAt: now,
                expiresAt: expiresAt, revokedAt: revokedAt)
        }
        let wrong = SHA256.digest([0])
        let finds: [(known: (key: APIKey, hash: [UInt8])?, opens: Bool)] = [
            (nil, false), ((key(), wrong), false), ((key(revokedAt: now), hash), false),
            ((key(expiresAt: now), hash), false), ((key(revokedAt: now), wrong), false), ((key(), hash), true),
        ]
        for (known, opens) in finds {
            var compared: [([UInt8], [UInt8])] = []
            let found = APIKeys.opened(by: secret, known, now: now) { one, other in
                compared.append((one, other))
                return constantTimeEqual(one, other)
            }
            #expect((found != nil) == opens)
            // Digests of one length, so that the comparison has always the same to do.
            #expect(compared.count == 1 && compared[0].0 == hash && compared[0].1.count == SHA256.byteCount)
        }
        // Nor does an unknown id open where the comparison says yes.
        #expect(APIKeys.opened(by: secret, nil, now: now) { _, _ in true } == nil)
    }

    @Test func anUnknownKeyAsksTheDatabaseWhatAWrongSecretAsks() async throws {
        let test = try await TestStore()
        let recording = Recording(test.engine)
        let keys = APIKeys(
            TenancyStore(engine: recording, keyRing: try #require(KeyRing([("old", TestStore.oldKey)]))))
        let text = try await keys.create(name: "n", scope: .admin, now: test.now).text
        let other = try await keys.create(name: "m", scope: .admin, now: test.now).text
        let revoked = try await keys.create(name: "r", scope: .admin, now: test.now)
        _ = try await keys.revoke(revoked.key.id, now: test.now)
        let ended = try await keys.create(
            name: "e", scope: .admin, expiresAt: test.now.adding(milliseconds: 1), now: test.now)
        let (id, secret) = (text.split(separator: "_")[1], other.split(separator: "_", maxSplits: 2)[2])
        _ = recording.taken()
        var asked: [[String]] = []
        for wrong in [
            "clv_\(id)_\(secret)", "clv_\(String(repeating: "0", count: 32))_\(secret)",
            "clv_\(String(id.reversed()))_\(secret)", revoked.text, ended.text,
        ] {
            #expect(try await keys.authenticate(wrong, now: test.now.adding(seconds: 1)) == nil)
            asked.append(recording.taken())
        }
        #expect(Set(asked).count == 1 && asked[0].count == 1)
        // What is no key at all asks nothing: its shape is no secret.
        #expect(try await keys.authenticate("clv_x", now: test.now) == nil)
        #expect(recording.taken().isEmpty)
        #expect(try await keys.authenticate(text, now: test.now) != nil)
        // One that is right asks the same, and its use is noted.
        #expect(recording.taken() == asked[0] + ["write"])
    }
}
