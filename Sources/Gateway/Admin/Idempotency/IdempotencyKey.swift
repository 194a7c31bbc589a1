internal import HTTPTypes

/// The key by which a caller names a request, to send it again without a second effect.
struct IdempotencyKey: Sendable, Hashable {
    static let field = "Idempotency-Key"

    let text: String

    /// - Returns: `nil` where the request has none.
    /// - Throws: ``Problem`` 422 for one that is not 1 to 255 visible ASCII characters, or for several.
    init?(_ headers: HTTPFields) throws {
        let values = headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard values.count == 1, isPlain, (1...255).contains(value.utf8.count) else {
            throw Problem.invalid(Self.field, "must be one key of 1 to 255 visible ASCII characters")
        }
        text = value
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self(IdempotencyKey.field) ?? .date
    static let idempotencyReplayed = Self("Idempotency-Replayed") ?? .date
}
