import Foundation

/// The one signal that libcurl cannot keep away from the program.
enum CurlSignals {
    /// A write to a closed socket is an error code, not the end of the process.
    static func ignoreBrokenPipe() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
