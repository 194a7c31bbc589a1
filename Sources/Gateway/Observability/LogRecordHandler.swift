public import Logging
internal import Tenancy

/// Writes log records, one a line, to standard output: JSON with `ts`, `level`, `msg` and the metadata's keys beside
/// them, or readable text.
///
/// Libraries use dotted keys (`hb.request.id`, `error.type`) and put there what they like, errors with request data
/// included. Only the request id of those is kept, as `request_id`: a record holds what our own code put in it.
public struct LogRecordHandler: LogHandler {
    /// How a record looks.
    public typealias Format = GatewayConfiguration.LogFormat

    /// Records below it are dropped.
    public var logLevel: Logger.Level
    /// Stands in every record.
    public var metadata: Logger.Metadata = [:]
    /// Asked for each record.
    public var metadataProvider: Logger.MetadataProvider?

    private let format: Format
    private let sink: LogSink
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - level: records below it are dropped.
    ///   - now: the time of a record.
    public init(
        level: Logger.Level, format: Format, sink: LogSink = .standardOutput, clock: any WallClock = SystemClock()
    ) {
        logLevel = level
        self.format = format
        self.sink = sink
        now = { clock.now }
    }

    /// A logger of this configuration.
    public static func logger(_ configuration: GatewayConfiguration, sink: LogSink = .standardOutput) -> Logger {
        Logger(label: "clariva") { _ in
            LogRecordHandler(level: configuration.logLevel, format: configuration.logFormat, sink: sink)
        }
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one record as one line.
    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        let pairs = fields.compactMap { key, value in Self.name(of: key).map { (key: $0, value: value) } }
            .sorted { $0.key < $1.key }
        let time = now().rfc3339
        switch format {
        case .json:
            var record = LogRecordJSON()
            record.add("ts", time)
            record.add("level", event.level.rawValue)
            record.add("msg", event.message.description)
            for pair in pairs where !["ts", "level", "msg"].contains(pair.key) { record.add(pair.key, pair.value) }
            sink.append(record.line)
        case .text:
            var line = "\(time) \(event.level.rawValue.uppercased()) \(Self.oneLine(event.message.description))"
            for pair in pairs { line += " \(pair.key)=\(Self.oneLine(Self.text(pair.value)))" }
            sink.append(Array(line.utf8) + [10])
        }
    }

    private static func name(of key: String) -> String? {
        if key == "hb.request.id" { return "request_id" }
        return key.utf8.count <= 64 && !key.contains(".") ? key : nil
    }

    /// Lists and dictionaries as JSON, whose keys stand in order.
    private static func text(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .array, .dictionary: LogRecordJSON.text(value)
        case .string, .stringConvertible: value.description
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(text.prefix(LogRecordJSON.textLimit).map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 })
    }
}
