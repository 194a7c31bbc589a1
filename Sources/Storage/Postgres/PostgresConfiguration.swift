internal import CPostgres

/// Where a PostgreSQL database is, and the limits of a ``PostgresEngine``.
public struct PostgresConfiguration: Sendable, Hashable {
    /// What libpq gets. It may hold a password: it is never printed.
    let address: String
    /// Whether statements are prepared by name and kept. Off behind a pooler in transaction mode, where the next
    /// transaction may meet another server connection.
    public var usesPreparedStatements = true
    /// Connections at most, each with a thread of its own.
    public var maxConnections = 8
    /// Calls that wait for a connection at most; further ones fail as ``StorageError/Kind/busy``, so that memory stays
    /// bounded.
    public var maxWaiting = 10_000
    /// Of each statement; `nil` for none, as migrations want it.
    public var statementTimeout: Duration? = .seconds(30)
    /// For each lock; `nil` for none.
    public var lockTimeout: Duration? = .seconds(10)
    /// How long a body may take between two statements; `nil` for ever. A process that stands still in the middle of a
    /// transaction keeps its rows from those who take its work over for no longer than this.
    public var idleInTransactionTimeout: Duration? = .seconds(4)
    /// Failures to connect in a row after which nobody tries for a while.
    public var failuresUntilOpen = 5

    /// - Parameter url: `postgres://user:password@host/database?...`, any URI of libpq's (its documentation, 34.1.1.2).
    ///   Two parameters of our own are taken out of it: `clariva_prepared=off` and `clariva_connections=N`.
    /// - Throws: ``StorageError`` whose context says what is wrong, with nothing of the address.
    public init(url: String) throws(StorageError) {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var kept: [Substring] = []
        for parameter in parts.dropFirst().flatMap({ $0.split(separator: "&") }) {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch (pair[0], pair.last) {
            case ("clariva_prepared", "on"): usesPreparedStatements = true
            case ("clariva_prepared", "off"): usesPreparedStatements = false
            case ("clariva_prepared", _): throw Self.fault("clariva_prepared must be on or off")
            case ("clariva_connections", let text):
                guard let count = text.flatMap({ Int($0) }), (1...1000).contains(count) else {
                    throw Self.fault("clariva_connections must be a whole number from 1 to 1000")
                }
                maxConnections = count
            case (let name, _) where name.hasPrefix("clariva_"):
                throw Self.fault("Clariva's own parameters are clariva_prepared and clariva_connections alone")
            default: kept.append(parameter)
            }
        }
        address = parts[0] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        guard Self.isReadable(address) else {
            throw Self.fault(
                """
                libpq cannot read it: postgres://user:password@host:port/database?parameter=value, special characters \
                percent-encoded
                """)
        }
    }

    private static func fault(_ problem: String) -> StorageError { StorageError(.other, problem) }

    /// libpq's own message would quote what it does not understand, which may be the password.
    private static func isReadable(_ address: String) -> Bool {
        guard address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") else { return false }
        guard let options = unsafe PQconninfoParse(address, nil) else { return false }
        unsafe PQconninfoFree(options)
        return true
    }
}

/// The address may hold a password: no way of printing shows it.
extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the address.
    public var description: String { "PostgreSQL, \(maxConnections) connections" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
