internal import Cryptography
internal import Hummingbird
internal import Storage
internal import Tenancy

/// Which page of a list is asked for.
struct Pagination: Sendable, Hashable {
    static let standardLimit = 50
    static let greatestLimit = 200

    /// How many items, 1 to ``greatestLimit``.
    var limit: Int
    /// The last item of the page before.
    var cursor: Identifier?

    /// - Throws: ``Problem`` 422 for a limit out of range or a cursor that no page gave.
    init(_ request: Request) throws {
        try self.init(limit: request.parameter("limit"), cursor: request.parameter("cursor"))
    }

    init(limit: String?, cursor: String?) throws {
        var errors: [FieldError] = []
        self.limit = Self.standardLimit
        if let limit {
            if let number = Int(limit), (1...Self.greatestLimit).contains(number) {
                self.limit = number
            } else {
                errors.append(FieldError(field: "limit", message: "must be a whole number from 1 to 200"))
            }
        }
        if let cursor {
            self.cursor = Self.identifier(cursor)
            if self.cursor == nil {
                errors.append(FieldError(field: "cursor", message: "is no cursor that a list gave"))
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }

    /// Opaque on purpose: what a cursor holds may change.
    static func text(_ id: Identifier) -> String { Base64URL.encode([version] + id.bytes) }

    private static func identifier(_ text: String) -> Identifier? {
        guard let bytes = Base64URL.decode(text), bytes.first == version else { return nil }
        return Identifier(bytes: Array(bytes.dropFirst()))
    }

    private static let version: UInt8 = 1
}

/// A list as the API shows it.
struct ListView<Item: Encodable & Sendable>: Encodable, Sendable {
    var data: [Item]
    var nextCursor: String?

    init(_ page: ListPage<Item>) {
        data = page.items
        nextCursor = page.next.map(Pagination.text)
    }

    private enum CodingKeys: String, CodingKey {
        case data
        case nextCursor = "next_cursor"
    }

    /// `next_cursor` is there also on the last page, as `null`.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(data, forKey: .data)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}
