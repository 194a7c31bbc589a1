/// Why a text is no JSON that this program reads. Holds a position and never a piece of the text.
public enum JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not JSON, or JSON that jansson refuses: invalid UTF-8, a lone surrogate, an integer beyond 64 bits, a real that
    /// overflows, a NUL in a key.
    /// - Parameter position: byte offset near which reading stopped.
    case malformed(position: Int)
    /// Nested deeper than the limit.
    case tooDeep
    /// No memory for the tree.
    case outOfMemory

    /// What failed and where; safe for logs.
    public var description: String {
        switch self {
        case .malformed(let position): "malformed JSON near byte \(position)"
        case .tooDeep: "JSON is nested too deeply"
        case .outOfMemory: "no memory for JSON"
        }
    }
}
