/// One fault in what somebody entered.
public struct FieldError: Sendable, Hashable, Codable {
    /// Where: such as `rules[0].text`.
    public var field: String
    /// What is wrong, in one sentence.
    public var message: String

    /// Memberwise.
    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
