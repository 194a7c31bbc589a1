import Integrations
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Lists that stay right while rows arrive.
@Suite(.everyEngine, .serialized, .timeLimit(.minutes(5))) struct PagingTests {
    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isRaised: Bool { value.withLock { $0 } }
        func raise() { value.withLock { $0 = true } }
    }

    private static let count = 1000
    private static let callers = 16

    private func create(_ prefix: String, through desk: AdminDesk) async throws -> Set<String> {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for caller in 0..<Self.callers {
                group.addTask {
                    var made: [String] = []
                    for number in stride(from: caller, to: Self.count, by: Self.callers) {
                        let answer = try await desk.call(
                            .post, "/tenants", ["name": .string("\(prefix) \(number)"), "flow": "instagram_login"])
                        made.append(try #require(answer.json["id"]?.string))
                    }
                    return made
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
    }

    /// Pages until `isOver` was said before a page that ends the list.
    private func page(_ desk: AdminDesk, limit: Int, until isOver: () -> Bool) async throws -> [String] {
        var seen: [String] = []
        var last: String?
        while true {
            let wasOver = isOver()
            let query = "?limit=\(limit)" + (last.map { "&cursor=\($0)" } ?? "")
            let answer = try await desk.call(.get, "/tenants\(query)")
            let ids = answer.json["data"]?.array?.compactMap { $0["id"]?.string } ?? []
            seen += ids
            if let next = answer.json["next_cursor"]?.string {
                last = next
            } else if wasOver {
                return seen
            } else if let id = ids.last.flatMap({ TenantID($0) }) {
                // The end, for now: whoever reads on begins behind the last one.
                last = Pagination.text(id.raw)
            }
        }
    }

    @Test func noneIsMissingAndNoneComesTwiceWhileOthersAreMade() async throws {
        try await AdminDesk.open { _, practice, desk in
            var made = try await create("first", through: desk)
            made.insert(practice.tenant.description)
            let isOver = Flag()
            let more = Task {
                defer { isOver.raise() }
                return try await create("second", through: desk)
            }
            // One that lags behind, and some that are at the end all the time.
            let readings = try await withThrowingTaskGroup(of: [String].self) { group in
                for limit in [7, 100, 200, 200] {
                    group.addTask { try await page(desk, limit: limit) { isOver.isRaised } }
                }
                return try await group.reduce(into: [[String]]()) { $0.append($1) }
            }
            made.formUnion(try await more.value)
            #expect(made.count == 2 * Self.count + 1)
            for seen in readings {
                #expect(seen.count == made.count)
                #expect(Set(seen) == made)
                #expect(seen == seen.sorted())
            }
        }
    }
}
