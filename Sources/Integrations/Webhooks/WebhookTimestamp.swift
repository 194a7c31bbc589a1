/// Times in webhooks: milliseconds as a rule, seconds in some containers, either also as a string.
enum WebhookTimestamp {
    /// The year 10000; nothing beyond it is a time.
    private static let end: Int64 = 253_402_300_800_000

    /// - Parameter value: `timestamp` or `time`; from 10^12 on it is in milliseconds, below in seconds.
    /// - Returns: milliseconds since 1970, or `nil` for what is no time.
    static func milliseconds(_ value: JSONValue?) -> Int64? {
        guard let number = value?.looseInteger, number > 0, number < end else { return nil }
        return number >= 1_000_000_000_000 ? number : number * 1000
    }
}
