import Storage

@testable import Tenancy

extension TenantFunction {
    static let connections: [TenantFunction] = [
        .tells("connections()") { rows, _ in try rows.connections().count },
        .asks("connection(_:)") { try $0.connection($1.connection.id) != nil },
        .asks("answeringConnection()") { rows, _ in try rows.answeringConnection() != nil },
        .asks("livingConnection()") { rows, _ in try rows.livingConnection() != nil },
        .asks("connection(answeringFor:)") { rows, _ in
            try rows.connection(answeringFor: Correspondent.account) != nil
        },
        .adds("insertConnection(_:)") { rows, full in
            try rows.insertConnection(full.test.connection(of: rows.tenant, state: .pending))
        },
        .asks("updateConnection(_:)") { try $0.updateConnection($1.connection) },
        .asks("setState(of:to:reason:now:)") { rows, full in
            try rows.setState(of: full.connection.id, to: .reconnectRequired, reason: .tokenDead, now: full.now)
        },
        .changes("pause(_:until:)") { try $0.pause($1.connection.id, until: $1.later) },
        .changes("noteWebhook(_:receivedAt:)") { try $0.noteWebhook($1.connection.id, receivedAt: $1.now) },
        .changes("noteSent(_:now:)") { try $0.noteSent($1.connection.id, now: $1.now) },
        .changes("noteSenderlessOwn(_:)") { try $0.noteSenderlessOwn($1.connection.id) },
        .asks("storeToken(_:_:issuedAt:expiresAt:)") { rows, full in
            try rows.storeToken(full.connection.id, "IGAA-another", issuedAt: full.now, expiresAt: nil)
        },
        .changes("destroyToken(_:)") { try $0.destroyToken($1.connection.id) },
        .tells("forget(person:of:)") { try $0.forget(person: "9001", of: $1.connection.id).count },
        .asks("carePlan(of:)") { try $0.carePlan(of: $1.connection.id) != nil },
        .changes("setCarePlan(of:_:)") { try $0.setCarePlan(of: $1.connection.id, CarePlan(dueAt: $1.later)) },
        // Nothing to do where somebody has planned to.
        .adds("planAnew(_:now:)") { try $0.planAnew($1.connection.id, now: $1.now) },
        .changes("checkNow(_:unlessSince:now:)") {
            try $0.checkNow($1.connection.id, unlessSince: $1.later, now: $1.now)
        },
        .changes("noteCheck(of:scopes:subscribedFields:)") {
            try $0.noteCheck(of: $1.connection.id, scopes: ["c"], subscribedFields: [])
        },
    ]
}
