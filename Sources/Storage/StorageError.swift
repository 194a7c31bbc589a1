/// A database failure, reduced to what decides what happens next. It never holds SQL arguments or row contents.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure.
    public enum Kind: String, Sendable, Hashable {
        /// A value that the engine cannot store (SQLSTATE class 22).
        case data
        /// A NOT NULL, CHECK, UNIQUE or foreign key constraint (SQLSTATE class 23).
        case constraint
        /// Another process holds the database.
        case busy
        /// No space, or a failed write.
        case input
        /// The engine is closed or cannot be reached.
        case unavailable
        /// The schema is missing, older or newer than the program needs.
        case schema
        /// Anything else.
        case other
    }

    /// What kind of failure.
    public var kind: Kind
    /// What happened, without values.
    public var context: String
    /// The condition code, where an engine gives one.
    public var sqlState: SQLState?

    /// - Parameters:
    ///   - kind: what decides.
    ///   - context: what happened, without values.
    public init(_ kind: Kind, _ context: String) {
        self.kind = kind
        self.context = context
    }

    /// Whether one odd row is to blame, so that its neighbours may be stored without it.
    public var blamesTheRow: Bool { kind == .data || kind == .constraint }

    /// Kind and context; safe to log.
    public var description: String { "storage: \(kind.rawValue): \(context)" }
}
