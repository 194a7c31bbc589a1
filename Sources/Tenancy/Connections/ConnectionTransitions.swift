extension Connection.State {
    /// Whether a connection in this state may go to another one by ``TenantRows/setState(of:to:reason:now:)``.
    ///
    /// An ended connection stays ended, and one that lost its access only comes back through a connect: those write the
    /// whole row. So a late check or token refresh never revives what a person or Meta has ended meanwhile.
    public func mayBecome(_ other: Connection.State) -> Bool {
        switch (self, other) {
        case (.disconnected, .disconnected), (_, .disconnected): self != .disconnected
        case (.pending, .pending), (.reconnectRequired, .reconnectRequired): true
        case (.active, .active), (.active, .degraded), (.active, .reconnectRequired): true
        case (.degraded, .active), (.degraded, .degraded), (.degraded, .reconnectRequired): true
        default: false
        }
    }
}
