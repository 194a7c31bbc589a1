import Storage
import Testing

@testable import Tenancy

extension TenantFunction {
    private static let whatever = Reply.State.allCases

    static let replies: [TenantFunction] = [
        .adds("insert(_:)") { rows, full in _ = try rows.insert(full.test.reply(to: full.empty)) },
        .asks("reply(_:)") { try $0.reply($1.who.reply.id) != nil },
        .asks("automatedReply(to:)") { try $0.automatedReply(to: $1.who.message.id) != nil },
        .tells("replies(before:limit:)") { rows, _ in try rows.replies(limit: 100).items.count },
        .asks("move(_:from:to:reason:dueAt:now:)") { rows, full in
            try rows.move(
                full.who.reply.id, from: whatever, to: .cancelled, reason: .requested, dueAt: nil, now: full.now)
        },
        // It also looks when the event came in.
        .asks("move(_:from:to:reason:dueAt:now:)") { rows, full in
            try rows.move(full.sending.id, from: [.sending], to: .sent, reason: .sent, dueAt: nil, now: full.now)
        },
        .changes("postpone(_:until:)") { try $0.postpone($1.who.reply.id, until: $1.later) },
        // Without parts: another tenant's part under this reply is refused for its own sake.
        .asks("compose(_:by:text:parts:dueAt:)") { rows, full in
            try rows.compose(full.composing.id, by: full.composing.rule, text: "x", parts: [], dueAt: full.now)
        },
        .changes("forgetAttempt(_:)") { try $0.forgetAttempt($1.sending.id) },
        .changes("countAttemptsAnew(_:)") { try $0.countAttemptsAnew($1.sending.id) },
        .changes("recompose(_:rule:now:)") { try $0.recompose($1.who.reply.id, rule: "x", now: $1.now) },
        .asks("lastUse(ofRule:in:)") { try $0.lastUse(ofRule: "receipt", in: $1.who.conversation.id) != nil },
        .tells("automatedReplies(in:since:)") { rows, full in
            try rows.automatedReplies(in: full.who.conversation.id, since: Timestamp(milliseconds: 0))
        },
        .changes("cancelAutomated(in:reason:now:)") { rows, full in
            try rows.cancelAutomated(in: full.who.conversation.id, reason: .paused, now: full.now)
        },
        // A reply behind those that are there would have to wait for them.
        .asks("isHead(_:)") { try !$0.isHead($1.test.reply(to: $1.empty)) },
        .tells("requeueHeld(_:now:)") { try $0.requeueHeld(.waitingForReconnect, now: $1.now) },
        .asks("retry(_:now:)") { try $0.retry($1.held.id, now: $1.now) },
        .changes("requeueReplies(awaitingAddressOf:now:)") {
            try $0.requeueReplies(awaitingAddressOf: $1.who.conversation.patientID, now: $1.now)
        },
        .changes("rescueSends(before:now:readAt:)") { try $0.rescueSends(now: $1.now, readAt: $1.now) },
        .asks("rescueSend(of:now:readAt:)") { try $0.rescueSend(of: $1.sending.id, now: $1.now, readAt: $1.now) },
    ]

    /// The part of a reply that has one.
    private static func part(_ reply: Reply) throws -> ReplyPartID { try #require(reply.parts.first).id }

    static let parts: [TenantFunction] = [
        .adds("insertParts(_:of:)") { rows, full in
            let part = ReplyPart(
                id: full.test.store.makeID(now: full.now), replyID: full.held.id, position: 1, text: "x", state: .queued
            )
            try rows.insertParts([part], of: full.held)
        },
        .tells("parts(of:)") { try $0.parts(of: $1.who.reply.id).count },
        .tells("parts(from:to:)") { rows, full in
            try rows.parts(from: full.who.reply.id, to: full.who.reply.id).values.joined().count
        },
        .asks("part(mid:)") { rows, _ in try rows.part(mid: FullTenant.sentMid) != nil },
        .tells("openParts(of:includingHeld:)") {
            try $0.openParts(of: $1.who.conversation.id, includingHeld: true).count
        },
        .changes("beginSending(_:now:)") { try $0.beginSending(part($1.who.reply), now: $1.now) },
        .asks("settleSent(_:mid:now:)") { try $0.settleSent(part($1.sending), mid: "x", now: $1.now) },
        .asks("settleUnknown(_:now:)") { try $0.settleUnknown(part($1.sending), now: $1.now) },
        .asks("settleNotSent(_:_:now:)") { try $0.settleNotSent(part($1.sending), .cancelled, now: $1.now) },
        .changes("noteAbsent(_:)") { try $0.noteAbsent(part($1.sending)) },
    ]
}
