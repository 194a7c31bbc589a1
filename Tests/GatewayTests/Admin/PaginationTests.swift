import Foundation
import Storage
import Tenancy
import Testing

@testable import Gateway

@Suite struct PaginationTests {
    @Test func givesBackTheCursorThatItGave() throws {
        let id = IdentifierSource().make(now: 1_700_000_000_000)
        let page = try Pagination(limit: "200", cursor: Pagination.text(id))
        #expect(page.limit == 200 && page.cursor == id)
        #expect(try Pagination(limit: nil, cursor: nil).limit == 50)
    }

    @Test(
        arguments: [
            ("0", nil), ("201", nil), ("ten", nil), (nil, "garbage"), (nil, "AA"), ("5", ""),
        ] as [(String?, String?)])
    func refuses(limit: String?, cursor: String?) {
        #expect(throws: Problem.self) { try Pagination(limit: limit, cursor: cursor) }
    }

    @Test func showsANullCursorOnTheLastPage() throws {
        let ids = (0..<3).map { Identifier(high: 0, low: $0) }
        let first = ListPage(found: ids, limit: 2) { $0 }
        #expect(first.items.count == 2 && first.next == ids[1])
        let last = ListPage(found: Array(ids.suffix(1)), limit: 2) { $0 }
        let text = String(decoding: try APIJSON.encoder.encode(ListView(last.map(\.low))), as: UTF8.self)
        #expect(text == #"{"data":[2],"next_cursor":null}"#)
    }
}
