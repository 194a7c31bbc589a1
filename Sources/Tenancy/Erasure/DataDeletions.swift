internal import Cryptography
internal import Storage

/// A receipt for the deletion of a person's data, as the status page shows it. It names nobody.
public struct DataDeletion: Sendable, Hashable {
    /// The app that was asked: `instagram` or `facebook`.
    public var app: String
    /// How many connections held something of the person.
    public var connections: Int
    /// When Meta asked.
    public var requestedAt: Timestamp
    /// When nothing of the person was left.
    public var doneAt: Timestamp

    /// Memberwise.
    public init(app: String, connections: Int, requestedAt: Timestamp, doneAt: Timestamp) {
        self.app = app
        self.connections = connections
        self.requestedAt = requestedAt
        self.doneAt = doneAt
    }
}

/// The confirmation codes of data deletions. Of each the database holds the digest alone.
public struct DataDeletions: Sendable {
    private let store: TenancyStore

    /// - Parameter store: the database.
    public init(_ store: TenancyStore) {
        self.store = store
    }

    /// The code of one request: 256 bits that only this service can make, the same ones however often Meta repeats the
    /// request, so that each repetition is answered alike.
    /// - Parameter request: what tells the request from every other.
    /// - Returns: letters and digits, as Meta wants it.
    public func code(for request: [String]) async throws -> String {
        let keys = try await store.keys(of: .system)
        return Hex.encode(keys.digest("data_deletion", request.map { Array($0.utf8) }))
    }

    /// The receipt behind a code.
    /// - Returns: `nil` for a code that was never given.
    public func find(_ code: String) async throws -> DataDeletion? {
        guard let hash = Self.hash(code) else { return nil }
        return try await store.readGlobal { try $0.dataDeletion(hash) }
    }

    fileprivate static func hash(_ code: String) -> [UInt8]? {
        guard let bytes = Hex.decode(code), bytes.count == SHA256.byteCount else { return nil }
        return SHA256.digest(bytes)
    }
}

extension GlobalRows {
    /// Writes a receipt down, within the transaction of the deletion. A repeated request adds what it found to the receipt
    /// that is there.
    /// - Parameter code: as ``DataDeletions/code(for:)`` made it; another text leaves no receipt.
    public func noteDataDeletion(_ code: String, _ deletion: DataDeletion) throws {
        guard let hash = DataDeletions.hash(code) else { return }
        let inserted = try transaction.execute(
            """
            INSERT INTO data_deletions (code_hash, app, connections, requested_at, done_at)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING
            """,
            [
                .blob(hash), .text(deletion.app), .count(deletion.connections), .time(deletion.requestedAt),
                .time(deletion.doneAt),
            ])
        guard inserted == 0, deletion.connections > 0 else { return }
        try transaction.execute(
            "UPDATE data_deletions SET connections = connections + ?2, done_at = ?3 WHERE code_hash = ?1",
            [.blob(hash), .count(deletion.connections), .time(deletion.doneAt)])
    }

    fileprivate func dataDeletion(_ hash: [UInt8]) throws -> DataDeletion? {
        try transaction.first(
            "SELECT app, connections, requested_at, done_at FROM data_deletions WHERE code_hash = ?1", [.blob(hash)]
        ).map { row in
            var columns = row.columns
            return DataDeletion(
                app: try columns.text(), connections: try columns.count(), requestedAt: try columns.time(),
                doneAt: try columns.time())
        }
    }
}
