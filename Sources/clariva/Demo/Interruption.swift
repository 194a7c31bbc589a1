import Dispatch
import Foundation

/// Ctrl-C and SIGTERM as values, so that the children are stopped and the files removed before the program ends.
enum Interruption {
    /// The signals from now on, until the stream is no longer read.
    static func signals() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = Sources { continuation.yield($0) }
            continuation.onTermination = { _ in sources.cancel() }
        }
    }

    // SAFETY: the array never changes, and dispatch sources may be cancelled from any thread.
    private final class Sources: @unchecked Sendable {
        private let sources: [any DispatchSourceSignal]

        init(_ hear: @escaping @Sendable (Int32) -> Void) {
            let queue = DispatchQueue(label: "clariva.demo.signals")
            sources = [SIGINT, SIGTERM].map { number in
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { hear(number) }
                source.resume()
                return source
            }
        }

        func cancel() {
            for source in sources { source.cancel() }
        }
    }
}
