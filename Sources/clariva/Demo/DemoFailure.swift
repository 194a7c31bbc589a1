/// Why the demo, or a scene of it, could not go on.
struct DemoFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Looks again and again until there is what is waited for: nothing in the demo rests on a fixed pause.
/// - Parameters:
///   - what: named in the failure.
///   - limit: when waiting ends.
///   - look: gives `nil` as long as it is not there.
/// - Throws: ``DemoFailure`` when the time is over, and whatever `look` throws.
@discardableResult
func until<Value>(
    _ what: String, within limit: Duration = .seconds(15), _ look: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < deadline else {
            throw DemoFailure("waited \(limit.components.seconds) s in vain until \(what)")
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}
