public import Tenancy

/// What people may ask of the pipeline. Whatever changes something says who asked in the tenant's audit log, in one
/// transaction with the change.
public protocol PipelineCommands: Sendable {
    /// Makes a parked or failed event due again.
    /// - Parameter note: what the audit log is told; `nil` where it has been told of several at once.
    /// - Returns: whether there was one that could be.
    func replay(event: EventID, tenant: TenantID, noting note: AuditNote?, by author: AuditAuthor) async throws -> Bool

    /// Queues a reply again that was held or failed.
    /// - Parameter claim: of the request that asks for it, which is done once.
    /// - Returns: whether there was one that could be, now or in an earlier run of the request.
    func retry(reply: ReplyID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?) async throws -> Bool

    /// Gives a reply up that has not been sent.
    /// - Parameter claim: of the request that asks for it, which is done once.
    /// - Returns: whether there was one that could be, now or in an earlier run of the request.
    func cancel(reply: ReplyID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?) async throws -> Bool

    /// Queues a person's own message; the machine steps back in the conversation, as after an answer from Meta's app.
    /// - Parameter claim: of the request that asks for it; one that queued its message before is given that one.
    /// - Returns: the reply; `nil` where there is no such conversation.
    func sendPersonsMessage(
        _ text: String, conversation: ConversationID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?
    ) async throws -> Reply?

    /// Queues one message to somebody who has written to a connection's account within the messaging window.
    /// - Parameters:
    ///   - recipient: the id under which this connection reaches them.
    ///   - claim: of the request that asks for it; one that queued its message before is given that one.
    /// - Throws: ``TestMessageRefusal``, and then nothing was changed.
    func sendTestMessage(
        _ text: String, to recipient: String, connection: ConnectionID, tenant: TenantID, by author: AuditAuthor,
        claim: RequestClaim?
    ) async throws -> Reply

    /// Turns the machine on or off in one conversation.
    /// - Parameter until: when a pause ends by itself; `nil` for never.
    /// - Returns: whether there is such a conversation.
    func setAutomation(
        conversation: ConversationID, tenant: TenantID, state: Tenant.Automation, until: Timestamp?,
        by author: AuditAuthor
    ) async throws -> Bool

    /// Takes up what somebody has switched.
    func reloadSwitches() async throws

    /// Takes up an erasure that was asked for.
    func erasureWasRequested() async
}
