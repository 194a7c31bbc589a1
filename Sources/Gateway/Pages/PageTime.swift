internal import Foundation
internal import Tenancy

/// Moments as people say them, by the practice's own clock.
struct PageTime: Sendable {
    let language: PageLanguage
    private let now: Timestamp
    private let calendar: Calendar

    /// - Parameters:
    ///   - timezone: IANA name; UTC where it is not known.
    ///   - now: what is today.
    init(language: PageLanguage, timezone: String, now: Timestamp) {
        self.language = language
        self.now = now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timezone) ?? .gmt
        self.calendar = calendar
    }

    /// When today has begun.
    var startOfDay: Timestamp {
        Timestamp(
            milliseconds: Int64(calendar.startOfDay(for: Self.date(now)).timeIntervalSince1970 * 1000))
    }

    /// `today, 09:05`, `yesterday, 18:30`, `3 March 2026, 18:30`.
    func words(_ moment: Timestamp) -> String {
        let day = calendar.startOfDay(for: Self.date(moment))
        let today = calendar.startOfDay(for: Self.date(now))
        let time = ["time": clock(moment)]
        if day == today { return FrameText.today.text(in: language, time) }
        if day == calendar.date(byAdding: .day, value: -1, to: today) {
            return FrameText.yesterday.text(in: language, time)
        }
        return FrameText.dateAndTime.text(in: language, ["date": date(moment), "time": clock(moment)])
    }

    /// ``words(_:)`` with the name of the clock, for readers who may live by another one.
    func exact(_ moment: Timestamp) -> String {
        FrameText.dateAndTime.text(in: language, ["date": date(moment), "time": clock(moment)])
            + " (\(calendar.timeZone.identifier))"
    }

    /// `3 March 2026`.
    func date(_ moment: Timestamp) -> String {
        let parts = calendar.dateComponents([.day, .month, .year], from: Self.date(moment))
        let months = FrameText.months.text(in: language).split(separator: " ").map(String.init)
        let month = parts.month.flatMap { months.indices.contains($0 - 1) ? months[$0 - 1] : nil } ?? ""
        return FrameText.date.text(
            in: language, ["day": "\(parts.day ?? 0)", "month": month, "year": "\(parts.year ?? 0)"])
    }

    /// `09:05`, in 24 hours.
    func clock(_ moment: Timestamp) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: Self.date(moment))
        return [parts.hour, parts.minute].map { part in
            let text = "\(part ?? 0)"
            return text.count < 2 ? "0\(text)" : text
        }.joined(separator: ":")
    }

    private static func date(_ moment: Timestamp) -> Date {
        Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
    }
}
