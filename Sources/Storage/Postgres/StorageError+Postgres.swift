extension StorageError {
    /// What the server says of a failure, without values.
    struct PostgresDiagnostics {
        var state: SQLState
        /// The message without detail and hint. In some classes it quotes values.
        var message: String?
        var table: String?
        var column: String?
        var constraint: String?
    }

    init(postgres diagnostics: PostgresDiagnostics) {
        let state = diagnostics.state
        self.init(Kind(state), Self.context(diagnostics))
        sqlState = state
    }

    private static func context(_ diagnostics: PostgresDiagnostics) -> String {
        var words = ["PostgreSQL \(diagnostics.state.rawValue)"]
        if let constraint = diagnostics.constraint { words.append("constraint \(constraint)") }
        if let table = diagnostics.table { words.append("table \(table)") }
        if let column = diagnostics.column { words.append("column \(column)") }
        if classesWithPlainMessages.contains(diagnostics.state.conditionClass.rawValue),
            let message = diagnostics.message
        {
            words.append(message)
        }
        if diagnostics.state.isAboutPreparedStatements {
            words.append("a pooler in transaction mode needs clariva_prepared=off in the database URL")
        }
        return words.joined(separator: ": ")
    }

    /// Classes whose messages name tables, columns, roles and settings, never values. Class 22 quotes the value that is
    /// wrong, class 23 may quote a row, P0 is whatever a function raises, XX whatever went wrong inside.
    private static let classesWithPlainMessages: Set<String> = [
        "08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58",
    ]
}

extension StorageError.Kind {
    /// - Parameter state: as the server gave it.
    init(_ state: SQLState) {
        switch state {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .queryCanceled: self = .busy
        case .undefinedTable, .undefinedColumn: self = .schema
        case .tooManyConnections, .idleInTransactionSessionTimeout: self = .unavailable
        case SQLState.Class.dataException: self = .data
        case SQLState.Class.integrityConstraintViolation: self = .constraint
        case SQLState.Class.insufficientResources, SQLState.Class.systemError: self = .input
        case SQLState.Class.connectionException, SQLState.Class.operatorIntervention: self = .unavailable
        default: self = .other
        }
    }
}
