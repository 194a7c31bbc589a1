import Storage

@testable import Tenancy

extension TenantFunction {
    static let events: [TenantFunction] = [
        .tells("dueEvents(now:limit:)") { try $0.dueEvents(now: $1.later, limit: 100).count },
        .tells("dueEventIDs(now:limit:)") { try $0.dueEventIDs(now: $1.later, limit: 100).count },
        .asks("event(_:)") { try $0.event($1.who.event.id) != nil },
        .tells("unroutedEvents(of:limit:)") { rows, _ in
            try rows.unroutedEvents(of: Correspondent.account, limit: 100).count
        },
        .tells("unroutedAccounts(after:limit:)") { rows, _ in try rows.unroutedAccounts(after: "", limit: 100).count },
        .asks("senderlessShare(accounts:since:)") { rows, _ in
            let since = Timestamp(milliseconds: 0)
            return try rows.senderlessShare(accounts: [Correspondent.account], since: since) != nil
        },
        .changes("describe(_:_:)") { rows, full in
            try rows.describe(full.who.event.id, EventDigest(kind: "x", mid: nil, thread: nil, structure: "[]"))
        },
        .changes("settle(_:_:now:)") { rows, full in
            let verdict = EventVerdict(.done, .recorded, igsid: "1", countsAttempt: true)
            try rows.settle(full.who.event.id, verdict, now: full.now)
        },
        .changes("rescueEvents(now:)") { try $0.rescueEvents(now: $1.now) },
        .changes("wakeEvents(awaiting:now:)") { rows, full in
            try rows.wakeEvents(awaiting: FullTenant.waitingFor, now: full.now)
        },
        .changes("wakeEvents(ofThread:now:)") { rows, full in
            try rows.wakeEvents(ofThread: Correspondent.thread, now: full.now)
        },
        .changes("wakeWaitingEchoes(now:)") { try $0.wakeWaitingEchoes(now: $1.now) },
        .tells("drainParked(_:limit:now:)") { try $0.drainParked([.senderUnresolved], now: $1.now) },
        .asks("replayEvent(_:now:)") { try $0.replayEvent($1.who.event.id, now: $1.now) },
        .changes("removeAdopted(_:)") { try $0.removeAdopted($1.unrouted.id) },
    ]

    static let others: [TenantFunction] = [
        // A request with the same key.
        .asks("claim(digest:request:id:now:)") { rows, full in
            let id = full.test.store.makeID(now: full.now, of: Event.self).raw
            let found = try rows.claim(digest: [1], request: [2], id: id, now: full.now)
            if case .claimed = found { return false }
            return true
        },
        .changes("keep(_:of:)") { try $0.keep([1], of: $1.who.claim) },
        .changes("release(_:)") { try $0.release($1.who.claim) },
        .asks("once(_:_:)") { rows, full in
            try rows.once(full.who.claim) { full.who.reply.id.raw }?.isNew == false
        },
        .adds("audit(_:by:now:)") { rows, full in
            try rows.audit(AuditNote(.tenantChange), by: .service, now: full.now)
        },
        .tells("age(from:payloadsDone:limits:page:now:)") { rows, full in
            let now = full.test.now.adding(seconds: 400 * 86_400)
            let limits = RetentionLimits(
                payloads: now, events: now, messages: now, audit: now, requests: now, parked: now)
            var count = 0
            var position: RetentionPosition? = RetentionPosition()
            while let from = position {
                let batch = try rows.age(from: from, limits: limits, page: 1000, now: now)
                // Of the audit log each tenant has a beginning of its own; another's entry breaks the chain.
                count += batch.counts.filter { $0.key != .audit }.values.reduce(0, +)
                if batch.auditBreak != nil { count += 1 }
                position = batch.next
            }
            return count
        },
    ]
}
