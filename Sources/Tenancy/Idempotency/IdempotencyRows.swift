public import Storage

/// Idempotency keys: a request that is sent again is answered as before and has no second effect.
///
/// Three transactions: the claim, the effect, the answer. A process may end between any two of them:
/// - Before the effect, the claim runs out (``claimSeconds``) and the next attempt begins anew.
/// - Between effect and answer the attempt after that finds the effect: what a claim's change made is written into its row
///   in the change's own transaction (``TenantRows/once(_:_:)``), so that either both are there or neither. It answers
///   with the state of that moment.
/// - An attempt that outlives its claim does no harm for the same reason: the second of the two finds the effect.
extension TenantRows {
    /// How long a key is remembered, in seconds.
    public static let idempotencySeconds = 86_400
    /// How long a claim holds without an answer, in seconds; longer than any request takes.
    public static let claimSeconds = 60

    /// Claims a request, or finds what became of it.
    /// - Parameters:
    ///   - digest: of caller, method, path and key, under the tenant's key.
    ///   - request: of what else the request says, under the tenant's key.
    ///   - id: for a new row; its time is the key's age.
    public func claim(digest: [UInt8], request: [UInt8], id: Identifier, now: Timestamp) throws -> RequestFinding {
        let claimedUntil = now.adding(seconds: Self.claimSeconds)
        if let found = try idempotency(digest) {
            let claim = RequestClaim(tenant: tenant, id: found.id)
            if found.id >= Identifier(before: now.adding(seconds: -Self.idempotencySeconds)) {
                guard found.request == request else { return .otherRequest }
                if let answer = found.answer { return .answered(try keys.open(answer, at: claim.answerPlace)) }
                guard found.claimedUntil <= now else { return .inProgress }
                try transaction.execute(
                    "UPDATE idempotency SET claimed_until = ?3 WHERE tenant_id = ?1 AND id = ?2",
                    [tenantValue, .id(found.id), .time(claimedUntil)])
                return .claimed(claim)
            }
            try transaction.execute(
                "DELETE FROM idempotency WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(found.id)])
        }
        try transaction.execute(
            """
            INSERT INTO idempotency (tenant_id, id, digest, request, entity, answer, claimed_until)
            VALUES (?1, ?2, ?3, ?4, NULL, NULL, ?5)
            """, [tenantValue, .id(id), .blob(digest), .blob(request), .time(claimedUntil)])
        return .claimed(RequestClaim(tenant: tenant, id: id))
    }

    /// Keeps the answer to a claimed request, sealed. The first one counts.
    public func keep(_ answer: [UInt8], of claim: RequestClaim) throws {
        try transaction.execute(
            "UPDATE idempotency SET answer = ?3 WHERE tenant_id = ?1 AND id = ?2 AND answer IS NULL",
            [tenantValue, .id(claim.id), .blob(try keys.seal(answer, at: claim.answerPlace))])
    }

    /// Gives a claim back that led to no answer worth keeping: the next attempt need not wait for its end.
    public func release(_ claim: RequestClaim) throws {
        try transaction.execute(
            "UPDATE idempotency SET claimed_until = 0 WHERE tenant_id = ?1 AND id = ?2 AND answer IS NULL",
            [tenantValue, .id(claim.id)])
    }

    /// Makes a change that a claim's request asks for, unless it was made already. It belongs into the change's transaction.
    /// - Parameters:
    ///   - claim: of this tenant; without one the change is made each time.
    ///   - make: gives the id of what it made or changed; `nil` where there was nothing to be done, and the next attempt
    ///     tries again.
    /// - Returns: `nil` where `make` gave that.
    public func once(_ claim: RequestClaim?, _ make: () throws -> Identifier?) throws -> MadeOnce? {
        guard let claim else { return try make().map { MadeOnce(id: $0, isNew: true) } }
        if let made = try entity(of: claim) { return MadeOnce(id: made, isNew: false) }
        guard let made = try make() else { return nil }
        try transaction.execute(
            "UPDATE idempotency SET entity = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(claim.id), .id(made)])
        return MadeOnce(id: made, isNew: true)
    }

    /// What an earlier run of a claim's request made; `nil` where none has.
    public func entity(of claim: RequestClaim) throws -> Identifier? {
        try transaction.first(
            "SELECT entity FROM idempotency WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(claim.id)]
        ).flatMap { row in
            var columns = row.columns
            return try columns.optionalID()
        }
    }

    private func idempotency(
        _ digest: [UInt8]
    ) throws -> (id: Identifier, request: [UInt8], answer: [UInt8]?, claimedUntil: Timestamp)? {
        try transaction.first(
            "SELECT id, request, answer, claimed_until FROM idempotency WHERE tenant_id = ?1 AND digest = ?2",
            [tenantValue, .blob(digest)]
        ).map { row in
            var columns = row.columns
            return (try columns.id(), try columns.blob(), try columns.optionalBlob(), try columns.time())
        }
    }
}

extension GlobalRows {
    /// ``TenantRows/once(_:_:)`` for what belongs to no tenant, in one transaction with the claim's row.
    /// - Parameter keys: of the claim's tenant.
    func once(
        _ claim: RequestClaim?, keys: TenantKeys?, _ make: () throws -> Identifier?
    ) throws -> MadeOnce? {
        guard let claim, let keys else { return try make().map { MadeOnce(id: $0, isNew: true) } }
        return try rows(of: claim.tenant, keys: keys).once(claim, make)
    }
}

extension TenancyStore {
    /// The keys of a claim's tenant; `nil` without a claim.
    func keys(of claim: RequestClaim?) async throws -> TenantKeys? {
        guard let claim else { return nil }
        return try await keys(of: claim.tenant)
    }
}
