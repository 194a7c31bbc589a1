/// What belongs together in the document: one file in `Paths`, one tag.
struct Topic: Sendable {
    var tag: String
    var about: String
    /// By their names, which the whole document shares.
    var schemas: KeyValuePairs<String, Schema> = [:]
    var operations: [APIOperation]
}

/// Ids and times of the examples.
enum Example {
    static let tenant = "01998a5e-7c00-7000-8000-0000000000a1"
    static let connection = "01998a5e-7c00-7000-8000-0000000000b2"
    static let conversation = "01998a5e-7c00-7000-8000-0000000000c3"
    static let patient = "01998a5e-7c00-7000-8000-0000000000d4"
    static let message = "01998a5e-7c00-7000-8000-0000000000e5"
    static let reply = "01998a5e-7c00-7000-8000-0000000000f6"
    static let event = "01998a5e-7c00-7000-8000-000000000017"
    static let key = "01998a5e-7c00-7000-8000-000000000028"
    static let entry = "01998a5e-7c00-7000-8000-000000000039"
    /// An Instagram professional account.
    static let account = "17841499000000001"
    static let mid = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2"
    static let begin = "2026-09-21T14:13:20.000Z"
    static let later = "2026-09-21T14:13:22.480Z"
    static let end = "2026-11-20T14:13:20.000Z"
}
