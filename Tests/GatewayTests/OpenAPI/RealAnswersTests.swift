import Foundation
import Integrations
import TestSupport
import Testing

@testable import Gateway

/// Every operation of the admin API is asked of a running service, with the document's own example as body: what it
/// answers is what the document says, member by member.
@Suite(.everyEngine, .serialized, .hangLimit) struct RealAnswersTests {
    private let check = SchemaCheck(document: OpenAPIDocument.json)

    /// What ends things comes last, keys after what they are needed for.
    private var operations: [APIOperation] {
        OpenAPIDocument.operations.filter { $0.access != .open }.sorted { one, other in
            let (a, b) = (RouteCatalog.turn(route(one)), RouteCatalog.turn(route(other)))
            if a != b { return a < b }
            return one.path.count != other.path.count ? one.path.count > other.path.count : one.name < other.name
        }
    }

    private func route(_ operation: APIOperation) -> ServedRoute {
        ServedRoute(operation.method.rawValue.uppercased(), operation.path)
    }

    /// The schema of an answer's body; `nil` for none.
    private func schema(_ operation: APIOperation, _ status: Int) throws -> JSONValue? {
        let answer = try #require(
            operation.json(tag: "")["responses"]?["\(status)"], "\(operation.id) does not tell of \(status)")
        let whole = answer["$ref"]?.string.flatMap(check.resolve) ?? answer
        return whole["content"]?.object?.first { _ in true }?.value["schema"]
    }

    private func compare(_ answer: WholeService.Answer, _ operation: APIOperation) throws {
        guard let schema = try schema(operation, answer.status) else {
            #expect(answer.body.isEmpty, "\(answer.request)")
            return
        }
        let faults = check.faults(try #require(answer.json, "\(answer.request)"), schema)
        #expect(faults.isEmpty, "\(answer.request) \(answer.status): \(faults.prefix(5))")
    }

    private func fillings(_ operation: APIOperation, _ own: TwoTenants.Tenant) -> [[String]] {
        route(operation).things.map { own.ids[RouteCatalog.tables[$0] ?? ""] ?? [] }
            .reduce([[]]) { paths, ids in paths.flatMap { path in ids.map { path + [$0] } } }
    }

    @Test func realAnswersAreAsTheDocumentSays() async throws {
        let tenants = try await TwoTenants()
        let own = tenants.alba
        for operation in operations {
            let route = route(operation)
            let (caller, key) =
                operation.access == .administering ? ("admin", tenants.adminKey) : (own.name, own.key)
            var statuses: Set<Int> = []
            for ids in fillings(operation, own).prefix(40) {
                // The example names nobody whom this account knows.
                let body =
                    operation.id == "sendTestMessage"
                    ? RouteCatalog.body(route, of: own) : operation.body?.example.encoded()
                let answer = try await tenants.service.call(caller, key, route.method, route.path(ids), body)
                try compare(answer, operation)
                statuses.insert(answer.status)
            }
            let good = Set(operation.answers.map(\.status))
            #expect(!good.isDisjoint(with: statuses), "\(operation.name) was never answered well: \(statuses)")
        }
        await tenants.end()
    }

    @Test func everyParameterIsTakenAsItsExampleSays() async throws {
        let tenants = try await TwoTenants()
        for operation in operations where operation.method == .get {
            let ids = try #require(fillings(operation, tenants.alba).first)
            let path = route(operation).path(ids)
            for parameter in operation.allParameters where parameter.place == .query {
                let value = parameter.example.identifier ?? ""
                let good = try await tenants.service.call(
                    "admin", tenants.adminKey, "GET", "\(path)?\(parameter.name)=\(value)")
                #expect(good.status == 200, "\(good.request)")
                try compare(good, operation)
                // An empty one counts as missing.
                let empty = try await tenants.service.call(
                    "admin", tenants.adminKey, "GET", "\(path)?\(parameter.name)=")
                #expect(empty.status == 200, "\(empty.request)")
            }
        }
        await tenants.end()
    }

    @Test func refusalsAreAsTheDocumentSays() async throws {
        let tenants = try await TwoTenants()
        for operation in operations {
            let route = route(operation)
            let ids = try #require(fillings(operation, tenants.alba).first)
            let body = operation.body?.example.encoded()
            let nobody = try await tenants.service.call("nobody", "clv_nothing", route.method, route.path(ids), body)
            #expect(nobody.status == 401, "\(nobody.request)")
            try compare(nobody, operation)
            let reader = try await tenants.service.call(
                "reader", tenants.readKey, route.method, route.path(ids), body)
            #expect(operation.access == .reading ? reader.status == 200 : reader.status == 403, "\(reader.request)")
            try compare(reader, operation)
            if !ids.isEmpty {
                let unknown = try await tenants.service.call(
                    "admin", tenants.adminKey, route.method,
                    route.path(ids.map { _ in "0198c6f2-0000-7000-8000-000000000000" }), body)
                #expect(unknown.status == 404, "\(unknown.request)")
                try compare(unknown, operation)
            }
            guard body != nil else { continue }
            let wrong = #"{"name": 5, "flow": 5, "rules": 5, "text": 5, "state": 5}"#
            for (text, status) in [("no JSON", 400), (wrong, 422)] {
                let bad = try await tenants.service.call(
                    "admin", tenants.adminKey, route.method, route.path(ids), Array(text.utf8))
                #expect(bad.status == status, "\(bad.request)")
                try compare(bad, operation)
            }
        }
        await tenants.end()
    }
}
