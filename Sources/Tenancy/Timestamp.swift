internal import Foundation

/// A moment, in milliseconds since 1970.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970.
    public var milliseconds: Int64

    /// - Parameter milliseconds: since 1970.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The earlier of two comes first.
    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }

    /// - Returns: the moment that many seconds later.
    public func adding(seconds: Int) -> Timestamp { Timestamp(milliseconds: milliseconds + Int64(seconds) * 1000) }

    /// - Returns: the moment that many milliseconds later.
    public func adding(milliseconds more: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + more) }

    /// RFC 3339 in UTC with milliseconds, as every time in the API.
    public var rfc3339: String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(Self.style)
    }

    /// - Parameter text: RFC 3339, with or without fractions of a second.
    public init?(rfc3339 text: String) {
        let plain = Date.ISO8601FormatStyle()
        guard let date = (try? Self.style.parse(text)) ?? (try? plain.parse(text)) else { return nil }
        milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
