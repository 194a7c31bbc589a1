internal import Integrations
internal import Tenancy

extension Schema {
    /// A UUIDv7 in lower case.
    static func id(_ about: String) -> Schema { string(about, format: "uuid") }

    /// As it is written in answers and taken in requests.
    static func time(_ about: String) -> Schema { string(about, format: "date-time") }

    /// One line of text: control characters are refused, and so is one of white space alone.
    static func line(_ about: String, max: Int) -> Schema {
        string(about, min: 1, max: max, pattern: #"^[^\u0000-\u001f\u007f-\u009f]*$"#)
    }

    /// A text with line breaks and tabs.
    static func lines(_ about: String, max: Int) -> Schema {
        string(about, min: 1, max: max, pattern: #"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"#)
    }

    /// The name of a flow.
    static func flow(_ about: String) -> Schema { words(about, IntegrationRegistry.known.map(\.name)) }

    /// A page of a list.
    /// - Parameter name: of the items' schema.
    static func page(of name: String) -> Schema {
        object(
            "A page of a list.",
            [
                "data": list("The items.", of: named(name), max: Pagination.greatestLimit),
                "next_cursor": string("`cursor` of the next page; `null` on the last one.").orNull,
            ])
    }

    /// Those that every topic uses.
    static let shared: KeyValuePairs<String, Schema> = [
        "Problem": object(
            "An error (RFC 9457).",
            [
                "type": string("Always `about:blank`: the status says what it is.", format: "uri-reference"),
                "title": string("The status in words."),
                "status": integer("The HTTP status.", min: 400, max: 599),
                "detail": string("What is wrong, in a sentence for people."),
                "errors": list("Of bad input: every fault.", of: named("FieldError")),
            ], optional: ["detail", "errors"]),
        "FieldError": object(
            "What is wrong with one field.",
            [
                "field": string("Its path in the body, or the name of a parameter, such as `rules[0].text`."),
                "message": string("What is wrong with it."),
            ]),
    ]
}
