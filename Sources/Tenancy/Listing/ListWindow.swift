internal import Storage

/// How far down a list one page looks.
///
/// What an index does not answer is asked of each row. However few rows fit, a page looks at a bounded number of them: it
/// ends there, with what it has found and a cursor that goes on below.
struct ListWindow: Sendable, Hashable {
    /// Rows that a page looks at where it has to look into them.
    static let size = 1000
    /// How many seconds later than its row an id may be: ids rise also where the clock is set back.
    private static let slack = 1

    /// Ids are below this one.
    var below: Identifier
    /// The least id that there may be.
    var least: Identifier

    /// - Parameters:
    ///   - cursor: the last id of the page before.
    ///   - after: rows of then or later.
    ///   - before: rows of before then.
    init(before cursor: Identifier?, after: Timestamp?, before: Timestamp?) {
        below = cursor ?? .greatest
        if let before, before < Self.latest {
            below = min(below, Identifier(before: before.adding(seconds: Self.slack)))
        }
        // An id is never made before its row's time.
        least = after.map { $0 < Self.latest ? Identifier(before: $0) : .greatest } ?? .least
    }

    /// Ids hold 48 bits of a time: no row is of the year 10000.
    private static let latest = Timestamp(milliseconds: 253_402_300_800_000)
}

extension ListPage {
    /// A page of what several windows hold.
    /// - Parameters:
    ///   - found: of each window, newest first, up to one more than `limit`.
    ///   - floors: where windows end that do not reach the list's end: below the highest of them not all has been seen.
    init(found: [[Item]], floors: [Identifier], limit: Int, id: (Item) -> Identifier) {
        let floor = floors.max()
        var seen = found.joined().filter { item in floor.map { id(item) >= $0 } ?? true }
        if found.count > 1 { seen.sort { id($0) > id($1) } }
        self.init(found: seen, limit: limit, id: id)
        if next == nil { next = floor }
    }
}
