/// A value that must never be shown: its description hides it.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret itself. Whoever reads it takes care of it.
    public let value: String

    /// - Parameter value: the secret itself.
    public init(_ value: String) {
        self.value = value
    }

    /// Safe for logs.
    public var description: String { "<secret>" }
    /// The same: a debugger's output ends up in tickets.
    public var debugDescription: String { "<secret>" }
}
