/// What a decoder found wrong, and where.
struct DecodingFault {
    /// Empty where the whole body is meant.
    var path: [any CodingKey]
    var message: String

    init(_ error: DecodingError) {
        (path, message) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is required")
            case .valueNotFound(_, let context): (context.codingPath, "must not be null")
            case .typeMismatch(_, let context): (context.codingPath, "is of the wrong type")
            case .dataCorrupted(let context): (context.codingPath, "has a value that cannot be read")
            @unknown default: ([], "cannot be read")
            }
    }

    /// Such as `rules[0].text`.
    var field: String { Self.field(path) }

    /// What a path is called in an error.
    static func field(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
