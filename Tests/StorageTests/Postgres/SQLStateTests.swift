import Testing

@testable import Storage

struct SQLStateTests {
    static let kinds: [(String, StorageError.Kind)] = [
        ("22001", .data), ("22P02", .data), ("23505", .constraint), ("23502", .constraint), ("23P01", .constraint),
        ("40001", .busy), ("40P01", .busy), ("55P03", .busy), ("57014", .busy),
        ("08006", .unavailable), ("57P01", .unavailable), ("57P03", .unavailable), ("25P03", .unavailable),
        ("53300", .unavailable), ("53100", .input), ("58030", .input),
        ("42P01", .schema), ("42703", .schema), ("42601", .other), ("42501", .other), ("XX000", .other),
        ("25P02", .other), ("P0001", .other), ("0A000", .other),
    ]

    @Test(arguments: kinds)
    func tellsTheKindOfAFailure(_ code: String, _ kind: StorageError.Kind) {
        #expect(StorageError.Kind(SQLState(rawValue: code)) == kind)
    }

    private func error(_ code: String) -> StorageError {
        StorageError(
            postgres: .init(
                state: SQLState(rawValue: code), message: "canary", table: "notes", column: nil,
                constraint: "notes_pkey"))
    }

    @Test(arguments: ["22001", "22P02", "23505", "P0001", "XX000", "99999", ""])
    func leavesMessagesOutThatMayQuoteValues(_ code: String) {
        let error = error(code)
        #expect(!error.description.contains("canary"))
        #expect(error.context == "PostgreSQL \(code): constraint notes_pkey: table notes")
        #expect(error.sqlState?.rawValue == code)
    }

    @Test(arguments: ["42P01", "08006", "53100", "40001"])
    func keepsMessagesThatNameNoValues(_ code: String) {
        #expect(error(code).context.hasSuffix(": canary"))
    }

    @Test func matchesClassesInASwitch() {
        let isConstraint =
            switch SQLState.uniqueViolation {
            case SQLState.Class.integrityConstraintViolation: true
            default: false
            }
        #expect(isConstraint)
        #expect(SQLState.deadlockDetected.isWorthAnotherRun)
        #expect(!SQLState.queryCanceled.isWorthAnotherRun)
    }
}
