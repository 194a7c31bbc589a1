import Storage

@testable import Tenancy

extension TenantFunction {
    static let notices: [TenantFunction] = [
        .adds("tell(_:of:_:unlessToldWithin:now:)") { rows, full in
            try rows.tell(.connectionDegraded, of: "connection", Notice.Facts(), unlessToldWithin: 60, now: full.now)
        },
        .adds("tell(change:to:_:now:)") { rows, full in
            try rows.tell(change: full.connection, to: .reconnectRequired, .tokenDead, now: full.now)
        },
        .asks("notice(_:)") { try $0.notice($1.notice.id) != nil },
        .tells("notices(limit:)") { rows, _ in try rows.notices(limit: 100).count },
        .changes("postponeNotice(_:until:outcome:)") {
            try $0.postponeNotice($1.notice.id, until: $1.later, outcome: "http_500")
        },
        .changes("settleNotice(_:outcome:now:)") {
            try $0.settleNotice($1.notice.id, outcome: "delivered", now: $1.now)
        },
    ]

    static let summaries: [TenantFunction] = [
        .tells("practiceSummary(startOfDay:)") { rows, _ in
            let summary = try rows.practiceSummary(startOfDay: Timestamp(milliseconds: 0))
            return summary.answeredToday + (summary.lastMessageAt == nil ? 0 : 1) + (summary.lastReplyAt == nil ? 0 : 1)
        },
        .tells("senderlessCount(accounts:since:)") { rows, _ in
            try rows.senderlessCount(accounts: [Correspondent.account], since: Timestamp(milliseconds: 0)).all
        },
        // The claim has made nothing yet.
        .adds("entity(of:)") { _ = try $0.entity(of: $1.who.claim) },
    ]
}
