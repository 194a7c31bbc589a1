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

    /// What needs no fix.
    public enum Well: Sendable {
        case pass
    }

    /// All is well.
    public init(_ name: String, _: Well, _ detail: String) {
        self.name = name
        status = .pass
        self.detail = detail
    }

    /// A fault, and what to do about it: none goes without.
    public init(_ name: String, _ status: Status, _ detail: String, fix: String) {
        self.name = name
        self.status = status
        self.detail = detail
        self.fix = fix
    }
}
