import Foundation
import Integrations

/// Holds a value against a schema of the document, more strictly than a client would: a member that the schema does not
/// name is a fault. Knows the keywords that the document uses, and says so where it meets another.
struct SchemaCheck {
    let document: JSONValue

    /// - Returns: what does not fit, each with its place.
    func faults(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
        guard let keywords = schema.object else { return ["\(place): the schema is no object"] }
        if let reference = schema["$ref"]?.string {
            guard let target = resolve(reference) else { return ["\(place): \(reference) leads nowhere"] }
            return faults(value, target, at: place)
        }
        return keywords.flatMap { fault(value, $0.key, $0.value, of: schema, at: place) }
    }

    /// What stands behind a reference within the document.
    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
    }

    private func fault(
        _ value: JSONValue, _ keyword: String, _ limit: JSONValue, of schema: JSONValue, at place: String
    ) -> [String] {
        func unless(_ fits: Bool, _ what: String) -> [String] { fits ? [] : ["\(place) \(what)"] }
        let count = Int(limit.integer ?? 0)
        switch keyword {
        case "description", "default", "example": return []
        case "type":
            let types = (limit.array ?? [limit]).compactMap(\.string)
            return unless(types.contains { Self.is(value, $0) }, "is no \(types.joined(separator: " or "))")
        case "enum": return unless(limit.array?.contains(value) == true, "is none of the words: \(value.text())")
        case "const": return unless(value == limit, "is not \(limit.text())")
        case "format":
            return unless(value.string.map { Self.hasFormat($0, limit.string) } ?? true, "has no such format")
        case "pattern":
            let regex = limit.string.flatMap { try? Regex($0) }
            guard let text = value.string else { return [] }
            return unless(regex.map { text.contains($0) } ?? false, "has no such form")
        case "minLength": return unless(value.string.map { $0.unicodeScalars.count >= count } ?? true, "is too short")
        case "maxLength": return unless(value.string.map { $0.unicodeScalars.count <= count } ?? true, "is too long")
        case "minimum": return unless(value.number.map { $0 >= Double(count) } ?? true, "is too small")
        case "maximum": return unless(value.number.map { $0 <= Double(count) } ?? true, "is too large")
        case "minItems": return unless(value.array.map { $0.count >= count } ?? true, "has too few items")
        case "maxItems": return unless(value.array.map { $0.count <= count } ?? true, "has too many items")
        case "items":
            return (value.array ?? []).enumerated().flatMap { faults($1, limit, at: "\(place)[\($0)]") }
        case "properties": return members(value, limit, of: schema, at: place)
        case "required":
            return (limit.array ?? []).compactMap(\.string).flatMap { name in
                unless(value.object.map { $0[name] != nil } ?? true, "lacks \(name)")
            }
        case "additionalProperties":
            guard let others = value.object, limit.object != nil else { return [] }
            return others.flatMap { faults($0.value, limit, at: "\(place).\($0.key)") }
        case "oneOf", "anyOf":
            let fitting = (limit.array ?? []).filter { faults(value, $0, at: place).isEmpty }.count
            return unless(keyword == "oneOf" ? fitting == 1 : fitting > 0, "fits \(fitting) of the choices")
        default: return ["\(place): the keyword \(keyword) is not known to the tests"]
        }
    }

    private func members(
        _ value: JSONValue, _ properties: JSONValue, of schema: JSONValue, at place: String
    ) -> [String] {
        guard let members = value.object else { return [] }
        return members.flatMap { member in
            if let property = properties[member.key] {
                return faults(member.value, property, at: "\(place).\(member.key)")
            }
            return ["\(place) has a member that the document does not know: \(member.key)"]
        }
    }

    private static func `is`(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "null": value.isNull
        case "boolean": value.bool != nil
        case "integer": value.integer != nil
        case "number": value.number != nil
        case "string": value.string != nil
        case "array": value.array != nil
        case "object": value.object != nil
        default: false
        }
    }

    private static func hasFormat(_ text: String, _ format: String?) -> Bool {
        switch format {
        case "uuid":
            text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
        case "date-time": text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/) != nil
        case "date": text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil
        case "uri-reference": URL(string: text) != nil
        default: false
        }
    }
}
