/// A failed call, with what is certain of it.
public struct GraphFailure: Error, Sendable, Hashable {
    /// What failed.
    public var error: GraphError
    /// Whether Meta certainly did nothing: nothing was written, or it refused. Only then may a send be tried again.
    public var isCertainlyNotApplied: Bool

    /// Memberwise.
    public init(_ error: GraphError, isCertainlyNotApplied: Bool) {
        self.error = error
        self.isCertainlyNotApplied = isCertainlyNotApplied
    }

    /// A request that got no whole answer.
    public init(_ error: TransportError) {
        switch error {
        case .notSent, .cancelled(wasSent: false): self.init(GraphError(.notSent), isCertainlyNotApplied: true)
        case .noAnswer, .cancelled(wasSent: true): self.init(GraphError(.noAnswer), isCertainlyNotApplied: false)
        }
    }

    /// The outcome of a send that failed so.
    public var sendOutcome: SendOutcome {
        isCertainlyNotApplied ? .notApplied(error) : .unknown(error)
    }
}
