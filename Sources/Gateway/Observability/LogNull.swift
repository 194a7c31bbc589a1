/// A value that is not there, in a record whose fields always stand: `null` in JSON.
struct LogNull: CustomStringConvertible, Sendable {
    var description: String { "null" }
}
