/// What may go on, in the whole service or for one tenant.
public struct Switches: Sendable, Hashable, Codable {
    /// Replies go out; while it is off they wait in their queues.
    public var sending: Bool
    /// Accounts can be connected.
    public var connecting: Bool
    /// Events are processed; while it is off they are parked as `processing_paused`.
    public var processing: Bool

    /// Memberwise; everything on.
    public init(sending: Bool = true, connecting: Bool = true, processing: Bool = true) {
        self.sending = sending
        self.connecting = connecting
        self.processing = processing
    }

    /// What both allow.
    public func and(_ other: Switches) -> Switches {
        Switches(
            sending: sending && other.sending, connecting: connecting && other.connecting,
            processing: processing && other.processing)
    }

    /// The words of those that are off.
    var off: [String] {
        [("connecting", connecting), ("processing", processing), ("sending", sending)].filter { !$0.1 }.map(\.0)
    }
}
