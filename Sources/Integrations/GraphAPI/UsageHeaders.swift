/// How much of Meta's limits is used up, as the answer's headers tell (Graph API, "Rate limits").
public struct UsageHeaders: Sendable, Hashable {
    /// The highest figure of `X-App-Usage`, in percent.
    public var appPercent: Int?
    /// Seconds until calls are accepted again: the longest `estimated_time_to_regain_access`, which Meta counts in
    /// minutes; `nil` where nothing is blocked.
    public var regainAfter: Int?
    /// `Retry-After` in seconds; its date form is not read.
    public var retryAfter: Int?

    /// The longer of both waits, in seconds.
    public var wait: Int? {
        [regainAfter, retryAfter].compactMap { $0 }.max()
    }

    /// No header.
    public init() {}

    /// Reads whatever is there; a header that cannot be read counts as missing.
    public init(_ response: HTTPResponse) {
        if let app = Self.json(response, "X-App-Usage") { appPercent = Self.highest(app) }
        if let business = Self.json(response, "X-Business-Use-Case-Usage")?.object {
            let entries = business.flatMap { $0.value.array ?? [] }
            let minutes = entries.compactMap { $0["estimated_time_to_regain_access"]?.number }.max() ?? 0
            if minutes > 0 { regainAfter = Self.bounded(minutes * 60) }
        }
        if let header = response.header("Retry-After"), let seconds = Double(header), seconds > 0 {
            retryAfter = Self.bounded(seconds)
        }
    }

    private static func json(_ response: HTTPResponse, _ name: String) -> JSONValue? {
        response.header(name).flatMap { try? JSONValue.parse($0) }
    }

    private static func highest(_ entry: JSONValue) -> Int? {
        ["call_count", "total_cputime", "total_time"].compactMap { entry[$0]?.number }.max().map(bounded)
    }

    /// A figure from outside: never a trap, and no wait beyond a week.
    private static func bounded(_ value: Double) -> Int {
        Int(min(max(value.rounded(.up), 0), 604_800))
    }
}
