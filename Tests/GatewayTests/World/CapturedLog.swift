import Logging
import Synchronization

/// Every log record of a test, as text.
final class CapturedLog: Sendable {
    private let records = Mutex<[String]>([])

    var text: String { records.withLock { $0.joined(separator: "\n") } }

    func append(_ record: String) { records.withLock { $0.append(record) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
        }
    }
}
