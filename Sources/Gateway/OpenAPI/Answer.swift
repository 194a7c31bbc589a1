internal import Integrations

/// An answer of an operation that is no problem+json.
struct Answer: Sendable {
    /// What its body is.
    enum Content: Sendable {
        case none
        case json(Schema, example: JSONValue)
        /// Of another media type; the example is its beginning.
        case text(String, example: String)
    }

    var status: Int
    var about: String
    var headers: [Header] = []
    var content: Content

    /// JSON.
    static func json(
        _ status: Int, _ about: String, _ schema: Schema, headers: [Header] = [], example: JSONValue
    ) -> Answer {
        Answer(status: status, about: about, headers: headers, content: .json(schema, example: example))
    }

    /// A page of a list.
    /// - Parameters:
    ///   - name: of the items' schema.
    ///   - example: an item.
    static func page(_ about: String, of name: String, example: JSONValue) -> Answer {
        json(200, about, .page(of: name), example: ["data": [example], "next_cursor": nil])
    }

    /// One for browsers.
    static func html(_ status: Int, _ about: String) -> Answer {
        Answer(
            status: status, about: about,
            content: .text("text/html", example: "<!doctype html>\n<html lang=\"en\">"))
    }

    static func empty(_ status: Int, _ about: String, headers: [Header] = []) -> Answer {
        Answer(status: status, about: about, headers: headers, content: .none)
    }

    /// - Parameter more: headers beside its own.
    func json(_ more: [Header]) -> JSONValue {
        var json: JSONObject = ["description": .string(about)]
        let all = headers + more
        if !all.isEmpty {
            json["headers"] = .object(all.reduce(into: JSONObject()) { $0[$1.name] = $1.json })
        }
        switch content {
        case .none: break
        case .json(let schema, let example):
            json["content"] = ["application/json": ["schema": .object(schema.json), "example": example]]
        case .text(let type, let example):
            let schema = Schema.string("")
            json["content"] = .object([type: ["schema": .object(schema.json), "example": .string(example)]])
        }
        return .object(json)
    }
}
