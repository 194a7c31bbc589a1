/// One finished call to Meta, for metrics. Holds no id, token or text.
public struct GraphObservation: Sendable, Hashable {
    /// The integration's name.
    public var flow: String
    /// What the call was for.
    public var operation: GraphOperation
    /// `ok`, or the raw value of the error's kind.
    public var outcome: String
    /// What the answer's headers tell of limits.
    public var usage: UsageHeaders

    /// Memberwise.
    public init(flow: String, operation: GraphOperation, outcome: String, usage: UsageHeaders) {
        self.flow = flow
        self.operation = operation
        self.outcome = outcome
        self.usage = usage
    }
}
