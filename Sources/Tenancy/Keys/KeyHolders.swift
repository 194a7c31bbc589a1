internal import Cryptography
public import Storage

/// A process that runs, as it has announced itself.
public struct KeyHolder: Sendable, Hashable {
    /// Its own id, which its log names.
    public var id: Identifier
    /// Which part of the service it is.
    public var role: String
    /// When it began.
    public var startedAt: Timestamp
}

/// Which processes run with which key-encryption keys. Before data keys are wrapped under another one, each has to have it:
/// one that lacks it could read no tenant's key any more.
extension TenancyStore {
    /// Announces this process, or says that it is still there.
    /// - Parameters:
    ///   - process: its id.
    ///   - role: which part of the service it is.
    ///   - startedAt: when it began.
    ///   - milliseconds: how long it counts as running without another word.
    public func announceKeys(
        of process: Identifier, role: String, startedAt: Timestamp, for milliseconds: Int64
    ) async throws {
        try await writeGlobal(.leases) { [keyRing] rows in
            let end = SQLValue.integer(try rows.transaction.clock() + milliseconds)
            let known = try rows.transaction.execute(
                "UPDATE key_holders SET seen_until = ?2 WHERE id = ?1", [.id(process), end])
            if known == 0 {
                let proofs = try JSONColumn.encode(try keyRing.proofs(of: process))
                try rows.transaction.execute(
                    "INSERT INTO key_holders (id, role, proofs, started_at, seen_until) VALUES (?1, ?2, ?3, ?4, ?5)",
                    [.id(process), .text(role), .text(proofs), .time(startedAt), end])
            }
            // Whoever died without a word.
            try rows.transaction.execute(
                "DELETE FROM key_holders WHERE seen_until < ?1",
                [.integer(try rows.transaction.clock() - 3_600_000)])
        }
    }

    /// The process ends.
    public func withdrawKeys(of process: Identifier) async throws {
        try await writeGlobal(.leases) { rows in
            _ = try rows.transaction.execute("DELETE FROM key_holders WHERE id = ?1", [.id(process)])
        }
    }

    /// Processes that run and do not have the newest key of this one's configuration, or another key under its name.
    public func processesWithoutNewestKey() async throws -> [KeyHolder] {
        let found = try await readGlobal(.leases) { rows in
            try rows.transaction.query(
                "SELECT id, role, proofs, started_at FROM key_holders WHERE seen_until >= ?1 ORDER BY started_at, id",
                [.integer(try rows.transaction.clock())]
            ).map { row in
                var columns = row.columns
                let (id, role) = (try columns.id(), try columns.text())
                let proofs: [String: String] = try JSONColumn.decode(try columns.text())
                return (KeyHolder(id: id, role: role, startedAt: try columns.time()), proofs)
            }
        }
        return found.filter { !keyRing.sharesNewest(with: $0.0.id, $0.1) }.map(\.0)
    }

    /// Looks whether every data key is wrapped under a key of the configuration.
    /// - Throws: ``KeyError/unknownKey(_:)`` with the first that is not there.
    public func requireKeys() async throws {
        let ids = try await readGlobal { rows in
            try rows.transaction.query("SELECT DISTINCT key_id FROM tenants WHERE key_id <> '' ORDER BY key_id", []).map
            {
                var columns = $0.columns
                return try columns.text()
            }
        }
        for id in ids where !keyRing.has(id) { throw KeyError.unknownKey(id) }
    }
}

extension KeyRing {
    /// For each key something that only whoever has the very same key can open, and that tells nothing of it.
    func proofs(of process: Identifier) throws -> [String: String] {
        try Dictionary(
            uniqueKeysWithValues: keys.map { entry in
                (entry.id, Base64URL.encode(try entry.key.seal(process.bytes, associated: Self.proof)))
            })
    }

    /// Whether a process has this ring's newest key.
    func sharesNewest(with process: Identifier, _ proofs: [String: String]) -> Bool {
        guard let sealed = proofs[newestID].flatMap({ Base64URL.decode($0) }),
            let opened = try? keys[0].key.open(sealed, associated: Self.proof)
        else { return false }
        return opened == process.bytes
    }

    /// Whether there is a key of this id.
    func has(_ id: String) -> Bool { keys.contains { $0.id == id } }

    private static let proof = Array("clariva.key-holder".utf8)
}
