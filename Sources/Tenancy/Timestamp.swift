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

    /// - Parameter text: RFC 3339, 5.6: four digits for the year, with or without fractions of a second, in any zone.
    public init?(rfc3339 text: String) {
        let shape =
            /[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+\-][0-9]{2}:[0-9]{2})/
        guard text.utf8.count <= 40, text.wholeMatch(of: shape) != nil else { return nil }
        let plain = Date.ISO8601FormatStyle()
        let text = text.uppercased()
        guard let date = (try? Self.style.parse(text)) ?? (try? plain.parse(text)) else { return nil }
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        // A zone may carry the last day of 9999 into a year that cannot be written any more.
        guard Self.writable.contains(milliseconds) else { return nil }
        self.milliseconds = Int64(milliseconds)
    }

    /// The years 0001 to 9999 in the Gregorian calendar, in milliseconds since 1970.
    private static let writable = -62_135_596_800_000.0..<253_402_300_800_000.0

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
