internal import Foundation
internal import Synchronization

/// The value of `Date` (RFC 9110, sections 5.6.7 and 6.6.1), written anew once a second.
enum HTTPDate {
    private static let last = Mutex((second: -1, text: ""))

    static var now: String { text(ofSecond: Int(Date.now.timeIntervalSince1970)) }

    /// - Parameter second: since 1970.
    static func text(ofSecond second: Int) -> String {
        last.withLock { last in
            if last.second != second { last = (second, format(second)) }
            return last.text
        }
    }

    private static func format(_ second: Int) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: TimeInterval(second)))
        func digits(_ part: Int?, _ count: Int) -> String {
            let text = String(part ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(parts.weekday ?? 1) - 1]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
            (parts.month ?? 1) - 1]
        let time = [parts.hour, parts.minute, parts.second].map { digits($0, 2) }.joined(separator: ":")
        return "\(day), \(digits(parts.day, 2)) \(month) \(digits(parts.year, 4)) \(time) GMT"
    }
}
