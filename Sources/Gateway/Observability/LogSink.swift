internal import Foundation
internal import Synchronization

/// Where log lines go: each is written whole, also when several threads log at once.
public final class LogSink: Sendable {
    private let write: Mutex<@Sendable ([UInt8]) -> Void>

    /// - Parameter write: takes one line with its line feed; never called by two threads at once.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = Mutex(write)
    }

    /// Standard output: the stream that service managers and container runtimes keep.
    public static let standardOutput = LogSink { line in
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(1, $0.baseAddress, $0.count) }
            // A closed stream must not stop the service.
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(written, 0))
        }
    }

    func append(_ line: [UInt8]) {
        write.withLock { $0(line) }
    }
}
