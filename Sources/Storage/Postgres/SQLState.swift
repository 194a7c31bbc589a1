/// A five-letter condition code (SQL standard; PostgreSQL's list is in its documentation, appendix A). The server's
/// texts are translated and change; its codes do not.
public struct SQLState: RawRepresentable, Sendable, Hashable {
    /// Five characters, for example `40001`.
    public let rawValue: String

    /// - Parameter rawValue: five characters.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Written as a literal below.
    private init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first two characters: what kind of condition.
    public var conditionClass: Class { Class(rawValue: String(rawValue.prefix(2))) }

    /// A class of conditions; a `switch` over an ``SQLState`` may name one as a pattern.
    public struct Class: RawRepresentable, Sendable, Hashable {
        /// Two characters, for example `23`.
        public let rawValue: String

        /// - Parameter rawValue: two characters.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The connection failed.
        public static let connectionException = Class(rawValue: "08")
        /// A value that does not fit: too long, out of range, not of the type's form.
        public static let dataException = Class(rawValue: "22")
        /// A constraint is broken.
        public static let integrityConstraintViolation = Class(rawValue: "23")
        /// Disk, memory or connections are used up.
        public static let insufficientResources = Class(rawValue: "53")
        /// An administrator or a shutdown stepped in.
        public static let operatorIntervention = Class(rawValue: "57")
        /// The operating system failed, most often at reading or writing.
        public static let systemError = Class(rawValue: "58")

        /// Matches every condition of the class.
        public static func ~= (pattern: Class, state: SQLState) -> Bool { state.conditionClass == pattern }
    }

    /// Two transactions that cannot both be.
    public static let serializationFailure = SQLState("40001")
    /// Two transactions that wait for each other; this one was chosen to end.
    public static let deadlockDetected = SQLState("40P01")
    /// `lock_timeout` ran out.
    public static let lockNotAvailable = SQLState("55P03")
    /// Cancelled on request, or `statement_timeout` ran out.
    public static let queryCanceled = SQLState("57014")
    /// All connections are taken.
    public static let tooManyConnections = SQLState("53300")
    /// The transaction was left idle for too long; the server has closed the connection.
    public static let idleInTransactionSessionTimeout = SQLState("25P03")
    /// A kept plan does not fit the schema any more, among other things.
    public static let featureNotSupported = SQLState("0A000")
    /// There is no prepared statement of that name.
    public static let invalidSQLStatementName = SQLState("26000")
    /// There is a prepared statement of that name already.
    public static let duplicatePreparedStatement = SQLState("42P05")
    /// There is no such table.
    public static let undefinedTable = SQLState("42P01")
    /// There is no such column.
    public static let undefinedColumn = SQLState("42703")
    /// There is such a table already.
    public static let duplicateTable = SQLState("42P07")
    /// There is such a type, index or constraint already.
    public static let duplicateObject = SQLState("42710")
    /// The role may not do that.
    public static let insufficientPrivilege = SQLState("42501")
    /// Two rows of one unique value.
    public static let uniqueViolation = SQLState("23505")

    /// Whether running the whole transaction again may succeed.
    public var isWorthAnotherRun: Bool { self == .serializationFailure || self == .deadlockDetected }

    /// Whether another transaction made the same thing at the same time: which code it is depends on how far it had come.
    var saysMadeTwice: Bool { [.uniqueViolation, .duplicateTable, .duplicateObject].contains(self) }

    /// Whether the name of a prepared statement means something else to the server than to us. Behind a pooler that
    /// hands each transaction another server connection it does.
    public var isAboutPreparedStatements: Bool {
        self == .invalidSQLStatementName || self == .duplicatePreparedStatement
    }
}
