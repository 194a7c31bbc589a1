import Storage

@testable import Tenancy

extension TenantFunction {
    static let erasing: [TenantFunction] = [
        .asks("hasPatient(_:)") { try $0.hasPatient($1.patient) },
        .changes("silence(_:now:)") { try $0.silence($1.patient, now: $1.now) },
        .changes("cancelUnsent(of:now:)") { try $0.cancelUnsent(of: $1.patient, now: $1.now) },
        .asks("settling(of:now:)") { try $0.settling(of: $1.patient, now: $1.now) != nil },
        .asks("traces(of:)") { try $0.traces(of: $1.patient).areIn(Array(Correspondent.igsid.utf8)) },
        .tells("traced(_:after:limit:)") { rows, full in
            try rows.traced(full.patient, after: .least, limit: 100).count
        },
        .tells("eraseEvents(_:now:)") { rows, full in
            try rows.eraseEvents([full.waiting.id.raw, full.echo.id.raw], now: full.now)
        },
        .tells("deleteReplies(of:limit:)") { try $0.deleteReplies(of: $1.patient, limit: 100).ids.count },
        .tells("deleteMessages(of:limit:)") { rows, full in
            // They refer to messages.
            _ = try rows.deleteReplies(of: full.patient, limit: 100)
            return try rows.deleteMessages(of: full.patient, limit: 100).ids.count
        },
        .tells("deletePatient(_:)") { rows, full in
            _ = try rows.deleteReplies(of: full.patient, limit: 100)
            _ = try rows.deleteMessages(of: full.patient, limit: 100)
            return try rows.deletePatient(full.patient)
        },
        .asks("emptyAnswers(naming:after:limit:)") { rows, full in
            let named = PatientTraces(scopedIDs: [Correspondent.igsid], username: nil, ownIDs: [])
            // Where to go on is one of the rows.
            return try rows.emptyAnswers(naming: named, after: .least, limit: 1).last != nil
        },
    ]
}
