import Foundation
import Integrations
import Testing

@testable import Gateway

/// The document by itself: complete, sound, and the one that is checked in.
@Suite struct DocumentTests {
    private let document = OpenAPIDocument.json
    private var check: SchemaCheck { SchemaCheck(document: document) }

    /// What stands there, or behind its reference.
    private func whole(_ value: JSONValue) -> JSONValue? {
        guard let reference = value["$ref"]?.string else { return value }
        return check.resolve(reference)
    }

    @Test func theCheckedInFileIsTheOneThatIsServed() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/openapi.json").standardized
        let file = try String(contentsOf: url, encoding: .utf8)
        #expect(file == OpenAPIDocument.text, "run scripts/write-openapi")
        #expect(try JSONValue.parse(file) == document)
    }

    @Test func everyReferenceLeadsSomewhereAndNothingIsLeftUnused() throws {
        let references = OpenAPIDocument.text.matches(of: /"\$ref": ?"([^"]+)"/).map { String($0.1) }
        #expect(references.count > 100)
        for reference in Set(references) { #expect(check.resolve(reference) != nil, "\(reference)") }
        for (kind, parts) in try #require(document["components"]?.object) where kind != "securitySchemes" {
            for name in parts.object?.keys ?? [] where name != "MethodNotAllowed" && name != "Allow" {
                #expect(references.contains("#/components/\(kind)/\(name)"), "nobody uses \(kind)/\(name)")
            }
        }
    }

    @Test func everyOperationIsNamedAndTagged() {
        let operations = OpenAPIDocument.operations
        #expect(Set(operations.map(\.id)).count == operations.count)
        #expect(Set(operations.map(\.name)).count == operations.count)
        for operation in operations {
            #expect(operation.id.wholeMatch(of: /[A-Za-z_]+/) != nil, "\(operation.id)")
            #expect(!operation.summary.isEmpty && !operation.summary.hasSuffix("."), "\(operation.id)")
            let names = operation.path.matches(of: /\{([a-z_]+)\}/).map { String($0.1) }
            let told = operation.allParameters.filter { $0.place == .path }
            #expect(Set(names) == Set(told.map(\.name)) && told.allSatisfy(\.isRequired), "\(operation.id)")
            #expect((operation.access == .open) == !operation.path.hasPrefix("/v1/"), "\(operation.id)")
        }
    }

    /// Each schema that is named describes its members, so that the document can be read without the sources.
    @Test func everyAnswerHasAnExampleThatFits() throws {
        for operation in OpenAPIDocument.operations {
            let json = operation.json(tag: "")
            for (status, answer) in try #require(json["responses"]?.object) {
                let place = "\(operation.id) \(status)"
                let answer = try #require(whole(answer), "\(place)")
                #expect(answer["description"]?.string?.isEmpty == false, "\(place)")
                for (type, content) in answer["content"]?.object ?? [:] {
                    let example = try #require(content["example"], "\(place) has no example")
                    let faults = check.faults(example, try #require(content["schema"]))
                    // Of the document itself only its beginning is described.
                    if operation.id != "getDocument" { #expect(faults.isEmpty, "\(place) \(type): \(faults)") }
                }
            }
        }
    }

    @Test func everyBodyAndParameterHasAnExampleThatFits() throws {
        for operation in OpenAPIDocument.operations {
            if let body = operation.body, body.schema.json["properties"] != nil || body.schema.json["$ref"] != nil {
                let faults = check.faults(body.example, .object(body.schema.json))
                #expect(faults.isEmpty, "\(operation.id): \(faults)")
            }
            for parameter in operation.allParameters {
                #expect(!parameter.about.isEmpty, "\(operation.id) \(parameter.name)")
                let faults = check.faults(parameter.example, .object(parameter.schema.json))
                #expect(faults.isEmpty, "\(operation.id) \(parameter.name): \(faults)")
            }
        }
    }

    @Test func whatFollowsFromKeyMethodAndBodyIsTold() {
        for operation in OpenAPIDocument.operations where operation.access != .open {
            let told = Set(operation.allErrors.map(\.status))
            var needed: Set = [401, 429, 500, 503]
            if operation.access != .reading { needed.insert(403) }
            if operation.path.contains("{") { needed.insert(404) }
            if operation.method == .post { needed.formUnion([409, 413, 422]) }
            if operation.body != nil { needed.formUnion([400, 413, 422]) }
            if operation.allParameters.contains(where: { $0.place == .query }) { needed.insert(422) }
            if operation.allParameters.contains(where: { $0.name == "If-Match" }) { needed.insert(412) }
            #expect(needed.isSubset(of: told), "\(operation.id) does not tell of \(needed.subtracting(told))")
            #expect((200..<300).contains(operation.answers.first?.status ?? 0), "\(operation.id)")
        }
    }

    @Test func aValueThatDoesNotFitIsFound() throws {
        let schema = JSONValue.object(Schema.named("Tenant").json)
        let operation = try #require(OpenAPIDocument.operations.first { $0.id == "getTenant" })
        guard case .json(_, let example) = operation.answers[0].content else {
            Issue.record("getTenant does not answer with JSON")
            return
        }
        #expect(check.faults(example, schema).isEmpty)
        for (name, value) in [("flow", "pigeon"), ("created_at", "yesterday"), ("name", 5), ("more", true)]
            as [(
                String, JSONValue
            )]
        {
            var members = try #require(example.object)
            members[name] = value
            #expect(!check.faults(.object(members), schema).isEmpty, "\(name)")
            members[name] = nil
            if name != "more" { #expect(!check.faults(.object(members), schema).isEmpty, "\(name) is missing") }
        }
    }

    /// The text is laid out for reading and says the same.
    @Test func linesSayTheSame() throws {
        let value: JSONValue = [
            "long": .array((1...60).map { .integer($0) }), "empty": [], "none": [:], "text": "a\"b\n\\ü",
            "deep": ["deep": ["deep": .string(String(repeating: "x", count: 130))]],
        ]
        #expect(try JSONValue.parse(value.lines(width: 40)) == value)
        #expect(value.lines(width: 10_000) == value.text())
    }
}
