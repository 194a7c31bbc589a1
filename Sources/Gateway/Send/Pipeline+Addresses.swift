internal import Integrations
internal import Storage
internal import Tenancy

/// A reply's patient has no address in the flow that answers now.
struct AddressMissing: Error {}

/// After a switch of flow the practice knows those who wrote before it by ids of the old flow alone, and a reply uses none
/// that another flow has taught.
extension Pipeline {
    /// Meta has not answered, or not as it should: how long the reply waits, in seconds. A quarter of its age in between.
    private static let pausesBeforeAskingAgain: ClosedRange<Int64> = 30...1800
    /// A connection whose token seems dead is checked no more often, in seconds.
    private static let checkPause = 3_600

    /// What has to be known to ask for an address.
    private struct Unaddressed: Sendable {
        var connection: Connection
        var conversation: Conversation
        var since: Timestamp
        var windowEndsAt: Timestamp
        /// Of the message being answered.
        var mid: String
    }

    /// Asks Meta through the connection that answers now who wrote the very message that a reply answers: that is the
    /// patient's id in this flow. Where Meta says that there is no such message, or not whose, the reply is held as before.
    /// - Returns: `false` where Meta gave no answer that means anything: the reply is tried again later.
    func learnAddress(_ due: DueReply, _ hold: TenantHold) async throws -> Bool {
        let found = try await store.read(due.tenantID) { rows -> Unaddressed? in
            guard let reply = try rows.reply(due.id), reply.state == .queued,
                let conversation = try rows.conversation(reply.conversationID),
                let connection = try rows.connection(answeringFor: conversation.accountID), connection.state.answers,
                try rows.address(
                    of: conversation.patientID, account: conversation.accountID, flow: connection.flow,
                    channel: conversation.channel) == nil,
                let message = try reply.inReplyTo.flatMap({ try rows.message($0) })
                    ?? rows.newestInbound(of: conversation.id),
                let mid = message.mid
            else { return nil }
            return Unaddressed(
                connection: connection, conversation: conversation, since: reply.createdAt,
                windowEndsAt: reply.windowEndsAt, mid: mid)
        }
        guard let found, let connection = await turn(of: found.connection, hold),
            let integration = integrations[connection.flow.rawValue], let access = AccountAccess(connection)
        else { return true }
        let record: MessageRecord?
        do {
            record = try await integration.message(found.mid, access: access)
        } catch {
            await heed(error, of: connection, hold)
            guard error.isPossiblyMetasFault || error.kind == .throttled else { return true }
            let now = clock.now
            // Other errors prove nothing: Meta refuses look-ups of messages for reasons that last.
            if error.kind == .tokenDead { await observe(.fault, at: .question, of: connection, now: now) }
            let quarter = (now.milliseconds - found.since.milliseconds) / 4000
            let bounds = Self.pausesBeforeAskingAgain
            let next = now.adding(seconds: Int(min(max(quarter, bounds.lowerBound), bounds.upperBound)))
            // Once more before it is too late.
            let last = max(found.windowEndsAt.adding(seconds: -60), now.adding(seconds: Int(bounds.lowerBound)))
            let until = min(next, last)
            try await store.write(hold) { rows in
                try rows.postpone(due.id, until: until)
                // Whether the token is dead or Meta fails is for the check to find out.
                if error.kind == .tokenDead {
                    try rows.checkNow(connection.id, unlessSince: now.adding(seconds: -Self.checkPause), now: now)
                }
            }
            if error.kind == .tokenDead { wakeCares() }
            return false
        }
        guard let writer = record?.from, record?.mid == found.mid, SenderID.isPlausible(writer),
            !connection.ownIDs.contains(writer), routes.tenant(of: writer) == nil
        else { return true }
        let now = clock.now
        let claim = PatientClaim(
            accountID: found.conversation.accountID, flow: connection.flow, channel: found.conversation.channel,
            igsid: writer, thread: nil, username: record?.fromUsername)
        try await store.write(hold) { rows in
            // One message was seen with both ids: they are one patient.
            _ = try rows.correspond(claim, known: found.conversation, now: now) {
                self.store.makeID(now: now, of: Address.self).raw
            }
        }
        return true
    }
}
