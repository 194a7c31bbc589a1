/// Which part of the service a process is. Halves of it need a database that processes share.
public enum Role: String, Sendable, CaseIterable {
    /// Everything.
    case all
    /// Takes webhooks in and serves the admin API and the pages.
    case gateway
    /// Processes events and sends replies.
    case worker

    var receives: Bool { self != .worker }
    var works: Bool { self != .gateway }
}
