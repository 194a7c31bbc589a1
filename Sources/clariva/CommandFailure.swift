/// How the program ends when it does not end well.
enum ExitStatus: Int32 {
    case failed = 1
    case badUsage = 2
    /// EX_CONFIG of sysexits.h.
    case badConfiguration = 78
}

/// Ends the program with a message on standard error.
struct CommandFailure: Error {
    var status: ExitStatus
    /// Without secrets.
    var message: String

    init(_ status: ExitStatus = .failed, _ message: String) {
        self.status = status
        self.message = message
    }
}
