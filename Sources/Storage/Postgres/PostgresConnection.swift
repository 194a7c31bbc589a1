internal import CPostgres
internal import Foundation

/// Owns libpq's handle, in pipeline mode and non-blocking.
///
/// One thread uses it at a time and waits in `poll`; so a full socket buffer in one direction never keeps the other from
/// being emptied, however much goes out in one pipeline.
@safe final class PostgresConnection {
    // SAFETY: not nil; owned by this object alone, used by the one thread that made it, and finished by `deinit`.
    private let handle: OpaquePointer
    private var statements: StatementCache
    /// How long the server may be silent before it counts as gone; `nil` for as long as it likes.
    private let silence: Duration?
    /// Cleared for good when the connection cannot be used any more.
    private(set) var isUsable = true

    /// Connects; waits as long as the address's `connect_timeout` says.
    /// - Throws: ``StorageError/Kind/unavailable``; ``StorageError/Kind/schema`` for a server that would acknowledge
    ///   commits that are not on disk.
    init(_ configuration: PostgresConfiguration) throws(StorageError) {
        guard let made = unsafe Self.connect(configuration) else {
            throw StorageError(.unavailable, "libpq has no memory")
        }
        unsafe handle = made
        statements = StatementCache(limit: configuration.usesPreparedStatements ? Self.statementLimit : 0)
        silence = configuration.statementTimeout.map { $0 + Self.silenceMargin }
        guard unsafe PQstatus(made) == CONNECTION_OK else {
            isUsable = false
            throw StorageError(.unavailable, "cannot connect to PostgreSQL: \(unsafe Self.cause(made))")
        }
        unsafe clariva_pq_be_silent(made)
        guard unsafe PQsetnonblocking(made, 1) == 0, unsafe PQenterPipelineMode(made) == 1 else {
            throw StorageError(.unavailable, "libpq cannot set the connection up")
        }
        try refuseLazyCommits()
    }

    deinit {
        unsafe PQfinish(handle)
    }

    private static let statementLimit = 256
    private static let silenceMargin = Duration.seconds(5)

    /// Notices what has happened to the socket since it was used last.
    func looksAlive() -> Bool {
        while isUsable, wait(for: Int16(POLLIN), atMost: 0) != 0 {
            if unsafe PQconsumeInput(handle) == 0 || PQstatus(handle) != CONNECTION_OK { isUsable = false }
        }
        return isUsable
    }

    /// After a COMMIT or ROLLBACK that failed: a session that is still within its transaction would refuse the next one.
    func leaveUnlessIdle() {
        if isUsable, unsafe PQtransactionStatus(handle) != PQTRANS_IDLE { isUsable = false }
    }

    /// What another thread needs to cancel a statement of this connection.
    func makeCanceller() -> PostgresCanceller? {
        unsafe PQgetCancel(handle).map { unsafe PostgresCanceller(owning: $0) }
    }

    /// Sends commands in one pipeline with one Sync, and hands the result of each run over, in order.
    /// - Parameter receive: gets the command's index. When it throws, the rest is read and left.
    /// - Throws: the first failure; ``isUsable`` tells whether the connection has outlived it.
    func exchange(
        _ commands: [PostgresCommand],
        _ receive: (Int, borrowing PostgresResult) throws(StorageError) -> Void = { _, _ in }
    ) throws(StorageError) {
        guard isUsable else { throw StorageError(.unavailable, "the connection to PostgreSQL is gone") }
        var expected: [PostgresExpectation] = []
        for (index, command) in commands.enumerated() { try send(command, index, expecting: &expected) }
        guard unsafe PQpipelineSync(handle) == 1 else { throw lost() }
        try flush()
        var failure: StorageError?
        for step in expected {
            do {
                try receiveResult(of: step, commands, receive)
            } catch {
                guard isUsable else { throw failure ?? error }
                // What follows a failure only says that it was left out.
                if failure == nil { failure = error }
            }
        }
        try receiveSync()
        if let failure { throw failure }
    }

    /// Plans that were made for an older schema are not used again.
    func dropPreparedStatements() {
        statements.dropAll()
    }

    /// To be run within a transaction that has not failed.
    func deallocations() -> [PostgresCommand] {
        statements.takeDropped().map { PostgresCommand("DEALLOCATE \($0)", isKept: false) }
    }

    // MARK: Sending

    private func send(
        _ command: PostgresCommand, _ index: Int, expecting: inout [PostgresExpectation]
    ) throws(StorageError) {
        let plan = command.isKept ? statements.plan(command.sql, types: command.types) : .unnamed
        if plan.mustPrepare {
            let types = command.types
            let isSent = unsafe PQsendPrepare(handle, plan.name, command.sql, Int32(types.count), types) == 1
            guard isSent else { throw lost() }
            expecting.append(.preparation)
            if !plan.name.isEmpty {
                guard unsafe PQsendDescribePrepared(handle, plan.name) == 1 else { throw lost() }
                expecting.append(.description(command: index, name: plan.name))
            }
        }
        for parameters in command.runs {
            let isSent = unsafe parameters.withArrays { count, values, lengths, formats in
                unsafe PQsendQueryPrepared(handle, plan.name, count, values, lengths, formats, 1) == 1
            }
            guard isSent else { throw lost() }
            expecting.append(.run(command: index))
        }
    }

    private func flush() throws(StorageError) {
        while true {
            let rest = unsafe PQflush(handle)
            if rest == 0 { return }
            guard rest == 1 else { throw lost() }
            try waitAndRead(for: Int16(POLLIN | POLLOUT))
        }
    }

    // MARK: Receiving

    private func receiveResult(
        of step: PostgresExpectation, _ commands: [PostgresCommand],
        _ receive: (Int, borrowing PostgresResult) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let result = try nextResult() else { throw lost() }
        // Each command's results end with a NULL; a fatal one has nothing after it.
        var failure: StorageError?
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            do {
                switch step {
                case .preparation: break
                case .description(let index, let name):
                    statements.keep(commands[index].sql, name: name, types: result.parameterTypes)
                case .run(let index): try receive(index, result)
                }
            } catch {
                failure = error
            }
        case PGRES_PIPELINE_ABORTED: failure = StorageError(.other, "an earlier statement failed")
        default: failure = self.failure(of: result)
        }
        guard isUsable else { throw failure ?? lost() }
        guard try nextResult() == nil else { throw lost() }
        if let failure { throw failure }
    }

    private func receiveSync() throws(StorageError) {
        guard let result = try nextResult(), result.status == PGRES_PIPELINE_SYNC else { throw lost() }
    }

    private func failure(of result: borrowing PostgresResult) -> StorageError {
        guard let diagnostics = result.diagnostics else { return lost() }
        if result.isFatal { isUsable = false }
        return StorageError(postgres: diagnostics)
    }

    private func nextResult() throws(StorageError) -> PostgresResult? {
        while unsafe PQisBusy(handle) == 1 {
            try flush()
            if unsafe PQisBusy(handle) == 1 { try waitAndRead(for: Int16(POLLIN)) }
        }
        guard let result = unsafe PQgetResult(handle) else {
            guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost() }
            return nil
        }
        return unsafe PostgresResult(owning: result)
    }

    private func waitAndRead(for events: Int16) throws(StorageError) {
        let limit = silence.map { Int32(clamping: $0.components.seconds * 1000) } ?? -1
        let happened = wait(for: events, atMost: limit)
        guard happened != 0 else { throw lost() }
        if happened & Int16(POLLOUT) != happened, unsafe PQconsumeInput(handle) == 0 { throw lost() }
    }

    /// - Returns: what happened; 0 when nothing did.
    private func wait(for events: Int16, atMost milliseconds: Int32) -> Int16 {
        var descriptor = pollfd(fd: unsafe PQsocket(handle), events: events, revents: 0)
        // `poll` passes over a socket that is closed already.
        guard descriptor.fd >= 0 else { return Int16(POLLERR) }
        while unsafe poll(&descriptor, 1, milliseconds) < 0 {
            guard errno == EINTR else { return 0 }
        }
        return descriptor.revents
    }

    private func lost() -> StorageError {
        isUsable = false
        return StorageError(.unavailable, "the connection to PostgreSQL was lost")
    }
}

/// What the next result of a pipeline belongs to.
private enum PostgresExpectation {
    case preparation
    case description(command: Int, name: String)
    case run(command: Int)
}

// MARK: Connecting

extension PostgresConnection {
    private static func connect(_ configuration: PostgresConfiguration) -> OpaquePointer? {
        // What stands before `dbname` is a default that the address may change; what stands behind it is not.
        let settings: [(String, String)] = [
            ("connect_timeout", "5"), ("keepalives_idle", "30"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"), ("application_name", "clariva"),
            ("dbname", configuration.address), ("client_encoding", "UTF8"),
        ]
        return unsafe withCStrings(settings.map(\.0)) { keywords in
            unsafe withCStrings(settings.map(\.1)) { values in unsafe PQconnectdbParams(keywords, values, 1) }
        }
    }

    /// Lends a NULL-terminated array of C strings.
    private static func withCStrings<Outcome>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Outcome
    ) -> Outcome {
        var bytes: [CChar] = []
        let offsets = texts.map { text in
            defer { bytes.append(contentsOf: text.utf8CString) }
            return bytes.count
        }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            // SAFETY: the offsets lie within `bytes`, which is lent for the whole call.
            var pointers = unsafe offsets.map { unsafe bytes.baseAddress?.advanced(by: $0) }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { pointers in
                // An array with an element has an address.
                unsafe body(pointers.baseAddress.unsafelyUnwrapped)
            }
        }
    }

    /// libpq's own words quote host names, and a password with an odd sign is taken for a part of one: only what
    /// follows the last colon of the first line is kept, or what the server itself says.
    private static func cause(_ handle: OpaquePointer) -> String {
        let message = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        let line = message.split(separator: "\n").first.map(String.init) ?? "no reason given"
        if let words = line.firstRange(of: "FATAL: ") { return String(line[words.upperBound...].drop { $0 == " " }) }
        return line.lastIndex(of: ":").map { String(line[line.index(after: $0)...].drop { $0 == " " }) } ?? line
    }

    /// A role or a database can be set to answer before the disk has; then 200 would be a lie.
    private func refuseLazyCommits() throws(StorageError) {
        var setting = ""
        try exchange([PostgresCommand("SELECT current_setting('synchronous_commit')", isKept: false)]) {
            _, result throws(StorageError) in
            var columns = try result.rows().first?.columns
            setting = try columns?.text() ?? ""
        }
        guard setting != "off" else {
            throw StorageError(.schema, "PostgreSQL has synchronous_commit=off: commits would not be on disk")
        }
    }
}
