import Foundation

/// Looks again and again until something is there; a deadline bounds it.
/// - Parameters:
///   - what: for the failure.
///   - limit: when to give up; long, for a machine that does a thousand other things.
///   - look: gives the value once it is there.
func poll<Value>(
    _ what: String, within limit: Duration = .seconds(120), every interval: Duration = .milliseconds(20),
    _ look: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < deadline else { throw HarnessFailure("\(what) did not come within \(limit)") }
        try await Task.sleep(for: interval)
    }
}
