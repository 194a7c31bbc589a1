public import Storage

extension TenancyStore {
    /// Asks for the erasure of everything that is known of a patient. It is done in the background.
    /// - Parameter author: who asks, for the tenant's audit log, which does not say of whom.
    /// - Returns: its receipt, the same one while it is under way; `nil` where there is no such patient.
    /// - Throws: ``KeyError/noTenant``; ``StorageError``.
    public func eraseLater(
        _ patient: PatientID, of tenant: TenantID, by author: AuditAuthor, now: Timestamp
    ) async throws -> Erasure? {
        let id: ErasureID = makeID(now: now)
        return try await write(tenant) { rows in
            if let open = try rows.erasures.open(of: patient) { return open.erasure }
            guard try rows.hasPatient(patient) else { return nil }
            let erasure = Erasure(id: id, tenantID: tenant, kind: .patient, patientID: patient, requestedAt: now)
            try rows.silence(patient, now: now)
            try rows.erasures.insert(
                ErasureWork(erasure, step: PatientErasureStep.events.rawValue, now: now))
            try rows.audit(
                AuditNote(.patientErase, detail: ["erasure": .word(id.description)]), by: author, now: now)
            return erasure
        }
    }

    /// Does one batch of a patient's erasure, as the owner of the tenant's shard.
    /// - Throws: ``ShardLost``; ``KeyError/noTenant``; ``StorageError``.
    public func erase(
        patientOf id: ErasureID, _ hold: TenantHold, rules: PatientErasureRules, now: Timestamp
    ) async throws -> ErasureProgress {
        let tenant = hold.tenant
        let step = try await read(tenant) { try $0.erasures.work(id)?.step }
        if step == PatientErasureStep.scrub.rawValue { return try await finish(id, hold) }
        // Of their own transaction, being another tenant's rows; to do it twice does no harm.
        if step == PatientErasureStep.serviceAnswers.rawValue { try await emptyServiceAnswers(naming: tenant) }
        return try await write(hold) { rows in
            var erasure = try PatientErasure(id, rows: rows, rules: rules, now: now)
            return try erasure?.advance() ?? .isGone
        }
    }

    /// Everything is erased: what was overwritten leaves the database's files, and the receipt says that it is done.
    func finish(_ id: ErasureID, _ hold: TenantHold) async throws -> ErasureProgress {
        try await engine.scrub()
        return try await change(hold) { remains in
            guard var work = try remains.erasures.work(id), work.erasure.state != .done else { return .isGone }
            work.erasure.state = .done
            work.dueAt = nil
            try remains.erasures.update(work)
            return .done(work.erasure)
        }
    }

    /// Empties answers to requests without a tenant in their path, such as the replay of an event, that are about a tenant.
    func emptyServiceAnswers(naming tenant: TenantID, page: Int = 200) async throws {
        let traces = PatientTraces(scopedIDs: [], username: nil, ownIDs: [tenant.description])
        var after: Identifier? = .least
        while let start = after {
            after = try await write(.system) { rows in
                try rows.emptyAnswers(naming: traces, after: start, limit: page).last
            }
        }
    }

    /// One erasure, whosever, also a deleted tenant's.
    public func erasure(_ id: ErasureID) async throws -> Erasure? {
        try await readGlobal(.operators) { try $0.listedErasure(id) }
    }

    /// Erasures, newest first.
    /// - Parameters:
    ///   - tenant: only this one's; `nil` for all.
    ///   - cursor: the last id of the page before.
    public func erasures(
        of tenant: TenantID? = nil, before cursor: Identifier? = nil, limit: Int
    ) async throws -> ListPage<Erasure> {
        let found = try await readGlobal(.operators) { rows in
            try rows.listedErasures(of: tenant, before: cursor ?? .greatest, limit: limit + 1)
        }
        return ListPage(found: found, limit: limit) { $0.id.raw }
    }

    /// Looks at an erasure again later: it could not go on for a reason of our own.
    public func postpone(_ id: ErasureID, _ hold: TenantHold, until moment: Timestamp) async throws {
        try await change(hold) { remains in
            guard var work = try remains.erasures.work(id), work.dueAt != nil else { return }
            work.dueAt = moment
            try remains.erasures.update(work)
        }
    }

    /// Changes what is left of a tenant, which may be deleted, as the owner of its shard.
    /// - Throws: ``ShardLost``; ``KeyError/noTenant``; ``StorageError``.
    @discardableResult
    func change<Value: Sendable>(
        _ hold: TenantHold, _ body: @escaping @Sendable (TenantRemains) throws -> Value
    ) async throws -> Value {
        let tenant = hold.tenant
        return try await engine.write(.tenant(tenant.raw)) { transaction in
            let found =
                if let epoch = hold.epoch {
                    try transaction.locking(
                        "SELECT 1 FROM tenants t, shards s WHERE t.id = ?1 AND s.number = ?2 AND s.epoch = ?3",
                        [.id(tenant.raw), .count(Shard(of: tenant).number), .integer(epoch)],
                        "FOR NO KEY UPDATE OF t FOR SHARE OF s")
                } else {
                    try transaction.locking(
                        "SELECT 1 FROM tenants t WHERE t.id = ?1", [.id(tenant.raw)], "FOR NO KEY UPDATE OF t")
                }
            guard !found.isEmpty else {
                if hold.epoch != nil { throw ShardLost(shard: Shard(of: tenant)) }
                throw KeyError.noTenant
            }
            return try body(TenantRemains(tenant: tenant, transaction: transaction))
        }
    }
}
