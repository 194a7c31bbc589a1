internal import Storage

/// The steps of deleting a tenant, in their order.
public enum TenantDeletionStep: String, Sendable, Hashable {
    /// Meta is told to send nothing more.
    case unsubscribe
    /// The data key is destroyed.
    case destroy
    /// Rows are deleted.
    case purge
    /// What was overwritten leaves the database's files.
    case scrub
}

extension TenancyStore {
    /// Deletes a tenant: from this moment on it is nobody's, its accounts are free, and nothing is read, written or sent for
    /// it. Its key is destroyed, and its rows are deleted, in the background.
    /// - Returns: the receipt.
    /// - Throws: ``TenantError/notFound`` where there is no such tenant; ``StorageError``.
    public func deleteTenant(_ tenant: TenantID, by author: AuditAuthor, now: Timestamp) async throws -> Erasure {
        guard tenant != .system else { throw TenantError.notFound }
        let id: ErasureID = makeID(now: now)
        let erasure = Erasure(id: id, tenantID: tenant, kind: .tenant, state: .running, requestedAt: now)
        try await writeGlobal { rows in
            let held = try rows.transaction.locking(
                "SELECT 1 FROM tenants t WHERE t.id = ?1 AND t.deleted_at IS NULL", [.id(tenant.raw)],
                "FOR NO KEY UPDATE OF t")
            guard !held.isEmpty else { throw TenantError.notFound }
            try rows.releaseClaims(of: tenant)
            try rows.deleteSessions(of: tenant)
            // The last entry of its log: nothing can be noted for a tenant that was deleted.
            try rows.audit(
                AuditNote(.tenantDelete, detail: ["erasure": .word(id.description)]), of: tenant, by: author, now: now)
            let remains = TenantRemains(tenant: tenant, transaction: rows.transaction)
            try remains.bury(now: now)
            try remains.stop(now: now)
            try remains.erasures.insert(
                ErasureWork(erasure, step: TenantDeletionStep.unsubscribe.rawValue, now: now))
        }
        forgetKeys()
        return erasure
    }

    /// Where the deletion of a tenant has come to, and how often the step was tried.
    /// - Returns: `nil` where nothing is to be done.
    public func deletionStep(_ id: ErasureID, of tenant: TenantID) async throws -> (
        step: TenantDeletionStep, attempts: Int
    )? {
        try await engine.read(.tenant(tenant.raw)) { transaction in
            let rows = ErasureRows(tenant: tenant, transaction: transaction)
            guard let work = try rows.work(id), work.erasure.kind == .tenant, work.erasure.state != .done else {
                return nil
            }
            guard let step = TenantDeletionStep(rawValue: work.step) else {
                throw StorageError(.schema, "unknown step of an erasure")
            }
            return (step, work.attempts)
        }
    }

    /// The connections of a deleted tenant that Meta may still send something for, with their tokens.
    public func lastConnections(of tenant: TenantID) async throws -> [Connection] {
        let keys = try await lastKeys(of: tenant)
        return try await engine.read(.tenant(tenant.raw)) { transaction in
            try TenantRows(
                tenant: tenant, keys: keys, transaction: transaction, identifiers: IdentifierSource()
            ).connections().filter { $0.token != nil }
        }
    }

    /// Meta was told, or could not be.
    /// - Parameter retryAt: when it is told once more; `nil` goes on to the key.
    public func noteUnsubscribed(
        _ id: ErasureID, _ hold: TenantHold, retryAt: Timestamp?, now: Timestamp
    ) async throws {
        try await change(hold) { remains in
            guard var work = try remains.erasures.work(id), work.step == TenantDeletionStep.unsubscribe.rawValue else {
                return
            }
            work.attempts += 1
            work.dueAt = retryAt ?? now
            if retryAt == nil { work.step = TenantDeletionStep.destroy.rawValue }
            try remains.erasures.update(work)
        }
    }

    /// Destroys a deleted tenant's key, in one transaction with the day that its receipt names.
    /// - Parameter backupDays: how long a backup is kept, in days.
    /// - Returns: whether it was destroyed now.
    @discardableResult
    public func destroyKey(_ id: ErasureID, _ hold: TenantHold, backupDays: Int, now: Timestamp) async throws -> Bool {
        let isDestroyed = try await change(hold) { remains in
            guard var work = try remains.erasures.work(id), work.step == TenantDeletionStep.destroy.rawValue else {
                return false
            }
            try remains.destroyKey()
            work.erasure.becomeErased(now: now, backupDays: backupDays)
            work.step = TenantDeletionStep.purge.rawValue
            work.dueAt = now
            try remains.erasures.update(work)
            try remains.erasures.endPatients(as: work.erasure)
            return true
        }
        // It is done once more at the end, where a reader stands in its way now.
        if isDestroyed { try? await engine.scrub() }
        return isDestroyed
    }

    /// Whoever was just storing an event for a tenant as it was deleted is done after so many seconds.
    private static let lateEvents = 15

    /// Deletes rows of a deleted tenant, so many at most; at last what the global tables hold of it.
    public func purge(_ id: ErasureID, _ hold: TenantHold, limit: Int = 500, now: Timestamp) async throws
        -> ErasureProgress
    {
        let progress = try await change(hold) { remains -> ErasureProgress? in
            guard var work = try remains.erasures.work(id), work.step == TenantDeletionStep.purge.rawValue else {
                return .isGone
            }
            if let (table, count) = try remains.purge(limit: limit) {
                work.erasure.count(table, count)
                try remains.erasures.update(work)
                return .goesOn
            }
            let late = work.erasure.requestedAt.adding(seconds: Self.lateEvents)
            guard now < late else { return nil }
            work.dueAt = late
            try remains.erasures.update(work)
            return .waits(until: late)
        }
        if let progress { return progress }
        try await emptyServiceAnswers(naming: hold.tenant)
        return try await change(hold) { remains in
            guard var work = try remains.erasures.work(id), work.step == TenantDeletionStep.purge.rawValue else {
                return .isGone
            }
            try remains.purgeGlobal()
            work.step = TenantDeletionStep.scrub.rawValue
            try remains.erasures.update(work)
            return .goesOn
        }
    }

    /// Ends the deletion of a tenant of which no row is left.
    public func finishDeletion(_ id: ErasureID, _ hold: TenantHold) async throws -> ErasureProgress {
        try await finish(id, hold)
    }
}
