internal import Integrations

/// A JSON Schema (draft 2020-12, as OpenAPI 3.1 takes it) of a value that goes in or comes out.
struct Schema: Sendable {
    private(set) var json: JSONObject

    private init(_ type: JSONValue, _ about: String, _ more: KeyValuePairs<String, JSONValue?> = [:]) {
        json = ["type": type]
        if !about.isEmpty { json["description"] = .string(about) }
        for (key, value) in more { json[key] = value }
    }

    /// - Parameters:
    ///   - min: length in characters, like `max`.
    ///   - pattern: a regular expression of ECMA 262.
    static func string(
        _ about: String, min: Int? = nil, max: Int? = nil, pattern: String? = nil, format: String? = nil
    ) -> Schema {
        Schema(
            "string", about,
            [
                "minLength": min.map(JSONValue.count), "maxLength": max.map(JSONValue.count),
                "pattern": pattern.map(JSONValue.string), "format": format.map(JSONValue.string),
            ])
    }

    /// One of these words.
    static func words(_ about: String, _ words: [String]) -> Schema {
        Schema("string", about, ["enum": .array(words.map(JSONValue.string))])
    }

    /// One of a closed set's words.
    static func words<Word: RawRepresentable & CaseIterable>(_ about: String, of: Word.Type) -> Schema
    where Word.RawValue == String {
        words(about, Word.allCases.map(\.rawValue))
    }

    static func integer(_ about: String, min: Int? = nil, max: Int? = nil) -> Schema {
        Schema("integer", about, ["minimum": min.map(JSONValue.count), "maximum": max.map(JSONValue.count)])
    }

    static func number(_ about: String, min: Int, max: Int) -> Schema {
        Schema("number", about, ["minimum": .count(min), "maximum": .count(max)])
    }

    static func boolean(_ about: String) -> Schema { Schema("boolean", about) }

    /// This very value, such as `true`.
    static func constant(_ about: String, _ value: JSONValue) -> Schema {
        var schema = Schema("boolean", about)
        schema.json["const"] = value
        return schema
    }

    static func list(_ about: String, of item: Schema, min: Int? = nil, max: Int? = nil) -> Schema {
        Schema(
            "array", about,
            [
                "items": .object(item.json), "minItems": min.map(JSONValue.count),
                "maxItems": max.map(JSONValue.count),
            ])
    }

    /// - Parameters:
    ///   - properties: all members; members beyond them are ignored in requests and may be added to answers.
    ///   - optional: those that may be missing.
    static func object(
        _ about: String, _ properties: KeyValuePairs<String, Schema>, optional: Set<String> = []
    ) -> Schema {
        var schema = Schema("object", about)
        for (name, property) in properties { schema.add(name, property, isRequired: !optional.contains(name)) }
        return schema
    }

    /// An object whose members all look alike.
    static func map(_ about: String, of value: Schema) -> Schema {
        Schema("object", about, ["additionalProperties": .object(value.json)])
    }

    /// A value of whatever type.
    static var any: Schema {
        var schema = Schema("object", "")
        schema.json = [:]
        return schema
    }

    /// Exactly one of these.
    static func one(of schemas: [Schema], _ about: String) -> Schema {
        var schema = Schema("object", about)
        schema.json = ["description": .string(about), "oneOf": .array(schemas.map { .object($0.json) })]
        return schema
    }

    /// The schema of that name in the document.
    static func named(_ name: String) -> Schema {
        var schema = Schema("object", "")
        schema.json = ["$ref": .string("#/components/schemas/\(name)")]
        return schema
    }
}

extension Schema {
    /// The same or `null`.
    var orNull: Schema {
        var schema = self
        if let type = json["type"] { schema.json["type"] = [type, "null"] }
        if let words = json["enum"]?.array { schema.json["enum"] = .array(words + [.null]) }
        if json["$ref"] != nil { schema.json = ["anyOf": [.object(json), ["type": "null"]]] }
        return schema
    }

    /// What counts where it is missing.
    func standard(_ value: JSONValue) -> Schema {
        var schema = self
        schema.json["default"] = value
        return schema
    }

    /// An object with one more member.
    func with(_ name: String, _ property: Schema, isRequired: Bool = true) -> Schema {
        var schema = self
        schema.add(name, property, isRequired: isRequired)
        return schema
    }

    /// An object that takes no other member.
    var closed: Schema {
        var schema = self
        schema.json["additionalProperties"] = false
        return schema
    }

    private mutating func add(_ name: String, _ property: Schema, isRequired: Bool) {
        var properties = json["properties"]?.object ?? JSONObject()
        properties[name] = .object(property.json)
        let required = json["required"]?.array ?? []
        json["required"] = nil
        json["properties"] = .object(properties)
        let all = required + (isRequired ? [.string(name)] : [])
        if !all.isEmpty { json["required"] = .array(all) }
    }
}

extension JSONValue {
    /// A whole number.
    static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
