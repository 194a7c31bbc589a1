/// What one check found.
public struct CheckResult: Sendable, Hashable {
    /// How it stands.
    public enum Status: String, Sendable, Hashable {
        case pass
        /// Works, but wants attention.
        case warn
        case fail
    }

    /// What was looked at, such as `token`.
    public var name: String
    /// How it stands.
    public var status: Status
    /// What was found, without secrets.
    public var detail: String
    /// What to do about it; `nil` where nothing is to be done.
    public var fix: String?

    /// Memberwise.
    public init(_ name: String, _ status: Status, _ detail: String, fix: String? = nil) {
        self.name = name
        self.status = status
        self.detail = detail
        self.fix = fix
    }
}
