import Integrations
import MetaSandbox
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Lists that stay right while rows arrive.
@Suite(.everyEngine, .serialized, .hangLimit) struct PagingTests {
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

    /// Every page of a list, in its order; between two pages something happens.
    private func walk(
        _ path: String, _ desk: AdminDesk, limit: Int, between: () async throws -> Void = {}
    ) async throws -> [String] {
        var seen: [String] = []
        var next: String?
        repeat {
            if next != nil { try await between() }
            let query = "limit=\(limit)" + (next.map { "&cursor=\($0)" } ?? "")
            let page = try await desk.call(.get, "\(path)\(path.contains("?") ? "&" : "?")\(query)")
            #expect(page.status == 200)
            seen += page.json["data"]?.array?.compactMap { $0["id"]?.string } ?? []
            next = page.json["next_cursor"]?.string
        } while next != nil
        return seen
    }

    /// The newest come first: what arrives meanwhile stands before the first page, and moves nothing behind it.
    @Test func whatWasThereIsListedOnceInItsOrderWhileMoreArrives() async throws {
        try await AdminDesk.open { world, practice, desk in
            let own = "/tenants/\(practice.tenant)"
            var patients = 0
            func arrive() async throws {
                patients += 1
                try world.sandbox.write(SandboxContent(text: "hello"), from: "patient_\(patients)", to: "dr_lind")
                try await world.settle()
                // Leaves an entry in the audit log.
                #expect(try await desk.call(.post, "\(own)/connect-links", [:]).status == 201)
            }
            for _ in 0..<8 { try await arrive() }
            let tenant = "tenant_id=\(practice.tenant)"
            for path in ["/events?\(tenant)", "\(own)/replies", "/audit-log?\(tenant)"] {
                let before = try await walk(path, desk, limit: 200)
                #expect(before.count >= 8 && Set(before).count == before.count, "\(path)")
                let seen = try await walk(path, desk, limit: 3, between: arrive)
                #expect(seen == before, "\(path)")
                let after = try await walk(path, desk, limit: 200)
                #expect(after.count > before.count && Array(after.suffix(before.count)) == before, "\(path)")
            }
        }
    }
}
