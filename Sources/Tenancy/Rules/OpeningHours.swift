internal import Foundation

/// When a practice is open, by its own wall clock.
///
/// Only the wall clock's weekday, hour and minute count, so that a change to or from daylight saving time needs no
/// arithmetic: what is open "until 17:30" closes when the clock on the wall shows 17:30.
public struct OpeningHours: Sendable {
    /// Weekdays as ``ReplyRules/hours`` names them, in the order of Foundation's weekday numbers 1 to 7.
    public static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private struct Interval: Sendable {
        /// Minutes since midnight.
        let start: Int
        let end: Int
        var pastMidnight: Bool { end < start }
    }

    private let days: [[Interval]]
    private let calendar: Calendar

    /// Malformed intervals and unknown days are left out (``ReplyRulesValidation`` refuses them before they are stored).
    /// - Parameters:
    ///   - hours: pairs of `HH:MM` by weekday; an end before its start lies on the next day. Empty: always open.
    ///   - timezone: IANA name; an unknown one counts as UTC.
    public init(_ hours: [String: [[String]]], timezone: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timezone) ?? .gmt
        self.calendar = calendar
        days = Self.weekdays.map { day in
            (hours[day] ?? []).compactMap { pair in
                guard pair.count == 2, let start = Self.minutes(pair[0]), let end = Self.minutes(pair[1]), start != end
                else { return nil }
                return Interval(start: start, end: end)
            }
        }
    }

    /// Whether the practice is open; always, when no hours are set.
    public func isOpen(at moment: Timestamp) -> Bool {
        guard days.contains(where: { !$0.isEmpty }) else { return true }
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute else { return true }
        let now = hour * 60 + minute
        let today = days[weekday - 1]
        let yesterday = days[(weekday + 5) % 7]
        return today.contains { $0.start <= now && (now < $0.end || $0.pastMidnight) }
            || yesterday.contains { $0.pastMidnight && now < $0.end }
    }

    /// Whether a time zone of this name is known.
    public static func isKnown(timezone: String) -> Bool { TimeZone(identifier: timezone) != nil }

    /// - Parameter text: `HH:MM`, `00:00` to `24:00`.
    /// - Returns: minutes since midnight.
    static func minutes(_ text: String) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
        let numbers = [0, 1, 3, 4].map { Int(digits[$0]) - 48 }
        guard numbers.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
        return hour * 60 + minute
    }
}
