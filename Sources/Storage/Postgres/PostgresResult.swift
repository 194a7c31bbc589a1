internal import CPostgres

/// One result of libpq's, freed with this value.
@safe struct PostgresResult: ~Copyable {
    // SAFETY: not nil, owned by this value alone, and cleared by its end.
    private let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }

    /// How many rows the statement changed, or gave.
    var changes: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    /// The command that was carried out. A `COMMIT` of a transaction that has failed says `ROLLBACK`.
    var command: String { unsafe PQcmdStatus(pointer).map { unsafe String(cString: $0) } ?? "" }

    /// The types of a described statement's parameters.
    var parameterTypes: [UInt32] {
        unsafe (0..<PQnparams(pointer)).map { unsafe PQparamtype(pointer, $0) }
    }

    /// What the server says of a failure; `nil` where libpq itself made the result, as it does for a lost connection.
    var diagnostics: StorageError.PostgresDiagnostics? {
        guard let state = unsafe text(clariva_pq_state(pointer)) else { return nil }
        return unsafe StorageError.PostgresDiagnostics(
            state: SQLState(rawValue: state), message: text(clariva_pq_message(pointer)),
            table: text(clariva_pq_table(pointer)), column: text(clariva_pq_column(pointer)),
            constraint: text(clariva_pq_constraint(pointer)))
    }

    /// Whether the server ends the connection with it.
    var isFatal: Bool { unsafe ["FATAL", "PANIC"].contains(text(clariva_pq_severity(pointer))) }

    /// - Throws: ``StorageError/Kind/schema`` for a column of a type that is not ours.
    func rows() throws(StorageError) -> [SQLRow] {
        let columns = unsafe PQnfields(pointer)
        let types = (0..<columns).map { unsafe PQftype(pointer, $0) }
        var rows: [SQLRow] = []
        let count = unsafe PQntuples(pointer)
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns { values.append(try value(row, column, type: types[Int(column)])) }
            rows.append(SQLRow(values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, type: UInt32) throws(StorageError) -> SQLValue {
        guard unsafe PQgetisnull(pointer, row, column) == 0 else { return .null }
        let length = Int(unsafe PQgetlength(pointer, row, column))
        // SAFETY: libpq's bytes live as long as the result, and are read within this call.
        let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: length)
        guard let value = unsafe SQLValue(postgres: bytes, type: type) else {
            throw StorageError(.schema, "column \(column + 1) has type \(type) in \(length) bytes, which is not read")
        }
        return value
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}

extension SQLValue {
    /// - Parameters:
    ///   - bytes: in binary form.
    ///   - type: an object id.
    /// - Returns: `nil` for a type or a length that is not expected. A truth value is 0 or 1, as on SQLite.
    init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        switch type {
        case PostgresType.int8 where bytes.count == 8: self = .integer(unsafe Self.integer(bytes))
        case PostgresType.int4 where bytes.count == 4:
            self = .integer(Int64(Int32(truncatingIfNeeded: unsafe Self.integer(bytes))))
        case PostgresType.int2 where bytes.count == 2:
            self = .integer(Int64(Int16(truncatingIfNeeded: unsafe Self.integer(bytes))))
        case PostgresType.bool where bytes.count == 1: self = .integer(unsafe bytes[0] == 0 ? 0 : 1)
        case PostgresType.text, PostgresType.varchar, PostgresType.name:
            guard let text = unsafe String(validating: bytes, as: UTF8.self) else { return nil }
            self = .text(text)
        case PostgresType.bytea: self = .blob(unsafe [UInt8](bytes))
        case PostgresType.uuid where bytes.count == 16:
            self = unsafe .id(
                Identifier(
                    high: UInt64(bitPattern: Self.integer(UnsafeRawBufferPointer(rebasing: bytes[0..<8]))),
                    low: UInt64(bitPattern: Self.integer(UnsafeRawBufferPointer(rebasing: bytes[8..<16])))))
        case PostgresType.void: self = .null
        default: return nil
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        Int64(bitPattern: unsafe bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
