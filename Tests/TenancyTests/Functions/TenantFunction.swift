import Storage
import Testing

@testable import Tenancy

/// One function of a tenant's repositories, called with what a ``FullTenant`` has: its ids, mids and threads.
struct TenantFunction: Sendable, CustomTestStringConvertible {
    /// As Swift names it, `settle(_:_:now:)`.
    let name: String
    /// Whether it reads or changes rows that are there; `false` for one that only adds some of its caller's own.
    let meetsRows: Bool
    /// Calls it.
    /// - Returns: how many of the full tenant's rows it tells of; 0 from one that tells nothing.
    let call: @Sendable (TenantRows, FullTenant) throws -> Int

    var testDescription: String { name }

    /// One that tells what it has found, or changed.
    static func tells(_ name: String, _ call: @escaping @Sendable (TenantRows, FullTenant) throws -> Int) -> Self {
        Self(name: name, meetsRows: true, call: call)
    }

    /// One that tells whether there is something.
    static func asks(_ name: String, _ call: @escaping @Sendable (TenantRows, FullTenant) throws -> Bool) -> Self {
        Self(name: name, meetsRows: true) { try call($0, $1) ? 1 : 0 }
    }

    /// One that changes rows without a word.
    static func changes(_ name: String, _ call: @escaping @Sendable (TenantRows, FullTenant) throws -> Void) -> Self {
        Self(name: name, meetsRows: true) {
            try call($0, $1)
            return 0
        }
    }

    /// One that adds rows of the caller's own.
    static func adds(_ name: String, _ call: @escaping @Sendable (TenantRows, FullTenant) throws -> Void) -> Self {
        Self(name: name, meetsRows: false) {
            try call($0, $1)
            return 0
        }
    }

    /// All of them. Each that the sources have is here or in ``elsewhere``.
    static let all =
        events + conversations + messages + replies + parts + connections + notices + summaries
        + erasing + others

    /// Functions that touch no tenant table as a tenant, and why that is so.
    static let elsewhere: [String: String] = {
        var reasons: [String: String] = [:]
        for name in ["itemDigest(_:)", "threadDigest(_:)", "midDigest(_:)", "replyWithoutParts(_:)"] {
            reasons[name] = "reads no rows"
        }
        for name in [
            "keepRoute(of:with:)", "claim(account:aliases:for:now:)", "releaseClaims(of:)",
            "releaseClaims(of:accounts:)", "tenant(_:)", "tenants(after:limit:)",
            "updateTenant(_:expectedRevision:now:change:)", "updateTenant(_:expectedRevision:noting:by:now:change:)",
            "setFlow(_:of:now:)", "audit(_:by:requestID:now:)",
            "setReplyRules(_:of:expectedRevision:now:)", "switches(of:)", "setSwitches(_:of:expectedRevision:by:now:)",
            "keys(of:)", "knownKeys(of:)", "makeWrappedKey(for:)", "enterAlone(epoch:)",
            "joinThread(_:account:now:)", "nextTenantID(now:make:)", "deleteSessions(of:)",
            "beginSwitch(of:to:expectedRevision:by:now:makeLink:)", "names(of:)", "tenants(named:after:limit:)",
            "tenants(named:after:limit:dialect:)", "remember(keysOf:)", "lastKeys(of:)", "requireTenant()",
            "leaveThreads(_:)",
        ] {
            reasons[name] = "global tables"
        }
        for name in [
            "dueReplies(of:now:sending:limit:)", "tenantsWithDueEvents(after:now:limit:)",
            "tenantsWithDueReplies(after:now:limit:)", "states(of:)", "listedErasures(of:before:limit:)",
            "erasures(of:before:limit:)",
        ] {
            reasons[name] = "finds work across tenants, under a policy of its own"
        }
        for name in [
            "eraseLater(_:of:by:now:)", "erase(patientOf:_:rules:now:)", "finish(_:_:)", "finishDeletion(_:_:)",
            "emptyServiceAnswers(naming:page:)", "deleteTenant(_:by:now:)", "deletionStep(_:of:)",
            "lastConnections(of:)", "noteUnsubscribed(_:_:retryAt:now:)", "destroyKey(_:_:backupDays:now:)",
            "purge(_:_:limit:now:)", "postpone(_:_:until:)", "change(_:_:)",
        ] {
            reasons[name] = "steps of erasures, whose tests look at the other tenants' rows"
        }
        for name in ["read(_:_:)", "write(_:_:)", "rows(of:keys:)"] { reasons[name] = "gives what functions stand in" }
        reasons["audit(_:of:by:now:)"] = "audit(_:by:now:) in the global scope"
        reasons["verifyAudit(of:page:)"] = "has a test of its own"
        return reasons
    }()
}

/// What a function did to a full tenant's rows.
enum TenantOutcome: Hashable, Sendable {
    /// It came to its end.
    case ended(found: Int, changed: Bool)
    /// The database refused it.
    case refused(StorageError.Kind)

    /// Whether it read or changed any.
    var met: Bool {
        switch self {
        case .ended(let found, let changed): found > 0 || changed
        case .refused: false
        }
    }
}

extension TenantFunction {
    private struct TakenBack: Error { var outcome: TenantOutcome }

    /// Calls the function in a transaction of one tenant, looks at all rows of the full one, and takes everything back.
    /// - Parameters:
    ///   - engine: of the database that the full tenant is in.
    ///   - caller: whose transaction it is: the full tenant itself, or another one.
    ///   - keys: what it seals, opens and digests with.
    ///   - before: what the full tenant has.
    ///   - wrap: what stands between the function and the transaction.
    func outcome(
        on engine: any Engine, as caller: TenantID, keys: TenantKeys, full: FullTenant, before: [String: [String]],
        wrap: @escaping @Sendable (any Transaction) -> any Transaction = { $0 }
    ) async throws -> TenantOutcome {
        do {
            try await engine.write(.tenant(caller.raw)) { transaction in
                let rows = TenantRows(
                    tenant: caller, keys: keys, transaction: wrap(transaction), identifiers: IdentifierSource())
                let found = try call(rows, full)
                try transaction.enter(.tenant(full.tenant.raw))
                let changed = try TestStore.dump(of: full.tenant, transaction) != before
                throw TakenBack(outcome: .ended(found: found, changed: changed))
            }
            throw StorageError(.other, "the transaction was not taken back")
        } catch let taken as TakenBack {
            return taken.outcome
        } catch let error as StorageError {
            return .refused(error.kind)
        }
    }
}
