internal import Integrations
internal import Storage
internal import Synchronization
internal import Tenancy

/// What was just concluded of a connection, or of a reply, from an error that may turn out to be Meta's own: within the
/// minute it is taken back if many fail alike.
struct HastyVerdict: Sendable {
    var tenant: TenantID
    var connection: ConnectionID
    /// Whose other accounts tell whether it was right.
    var app: MetaApp
    /// What was said of the connection: `token_dead` or `scopes_missing`; `nil` where nothing was, or it was known before.
    var reason: Connection.Reason?
    /// The reply that was given up with it.
    var reply: ReplyID?
    var at: Timestamp
}

extension TenantRows {
    /// Takes back what was concluded, where nobody has changed it since.
    func takeBack(_ verdict: HastyVerdict, now: Timestamp) throws {
        if let reason = verdict.reason, var connection = try connection(verdict.connection),
            connection.reason == reason, connection.token != nil, connection.state == reason.stateByRefusal
        {
            connection.state = .active
            connection.reason = nil
            connection.updatedAt = now
            try updateConnection(connection)
            try resume(now: now)
            // Of one of the many it may have been true.
            try checkNow(
                verdict.connection, unlessSince: now.adding(seconds: FaultBreaker.window),
                now: now.adding(seconds: ConnectionCare.checkAgain))
        }
        // Meta has refused it, so it has certainly not gone out.
        if let id = verdict.reply, let reply = try reply(id), reply.state == .failed, reply.reason == .permission {
            _ = try retry(id, now: now)
        }
    }
}

extension Connection.Reason {
    /// The state that a refused call brings a connection into for this reason.
    fileprivate var stateByRefusal: Connection.State { self == .tokenDead ? .reconnectRequired : .degraded }
}
