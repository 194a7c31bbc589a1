internal import Integrations
internal import Logging
internal import Tenancy

extension ConnectService {
    /// Seconds from replacing a connection to the new one's first check.
    private static let checkAfterReplacing = 60

    /// Connects an account: webhooks first, then everything of ours in one transaction, then the old connection's end at
    /// Meta.
    func connect(
        _ candidate: AccountCandidate, scopes: [String], userID: String?, link: ConnectLink, requestID: String?
    ) async throws {
        guard let account = candidate.instagramPageID else { throw ConnectFault.choiceUnknown }
        let integration = try integration(link.flow)
        try await lookAhead(candidate, account: account, link: link)
        let access = AccountAccess(
            instagramPageID: account, facebookPageID: candidate.facebookPageID, token: candidate.token)
        var fields = try await integration.subscribe(access)
        // Somebody who connects the practice at the same moment may have ended the very webhooks: those of what they replaced.
        for _ in 1...2 where !fields.contains("messages") { fields = try await integration.subscribe(access) }
        guard fields.contains("messages") else { throw ConnectFault.notSubscribed }
        let now = clock.now
        let fresh = Connection(
            id: store.makeID(now: now), tenantID: link.tenantID, flow: link.flow, state: .active,
            instagramPageID: account, facebookPageID: candidate.facebookPageID, aliases: candidate.aliases,
            appUserID: userID, username: candidate.username, token: candidate.token.value, tokenIssuedAt: now,
            tokenExpiresAt: candidate.token.expiresIn.map { now.adding(seconds: $0) }, scopes: scopes,
            subscribedFields: fields, createdAt: now, updatedAt: now)
        let (connection, retired, left) = try await activate(fresh, link: link, requestID: requestID, now: now)
        logger.notice(
            "connected",
            metadata: [
                "tenant_id": "\(link.tenantID)", "instagram_page_id": "\(account)", "flow": "\(link.flow.rawValue)",
                "replaced": "\(retired.count)",
            ])
        await onActivated(link.tenantID, connection)
        for old in left {
            await integrations.endWebhooks(
                of: old, unlessNeededIn: store, failure: "the replaced connection's webhooks could not be ended",
                logger: logger)
        }
    }

    /// Finds conflicts before anything is asked of Meta; ``activate(_:link:requestID:now:)`` looks again.
    private func lookAhead(_ candidate: AccountCandidate, account: String, link: ConnectLink) async throws {
        let ids = candidate.claimedIDs
        let owners = try await store.readGlobal { rows in try ids.compactMap(rows.route(of:)) }
        guard owners.allSatisfy({ $0 == link.tenantID }) else { throw ConnectFault.accountTaken }
        let living = try await store.read(link.tenantID) { try $0.connections().filter { $0.state != .disconnected } }
        guard living.allSatisfy({ $0.instagramPageID == account }) else { throw ConnectFault.otherAccount }
    }

    /// Make-before-break within one transaction: the tenant answers through the old connection or through the new one,
    /// never through both or none.
    /// - Returns: beside the connection those that were replaced, and those whose webhooks end.
    private func activate(
        _ fresh: Connection, link: ConnectLink, requestID: String?, now: Timestamp
    ) async throws -> (ConnectionID, retired: [Connection], left: [Connection]) {
        let keys = try await store.keys(of: link.tenantID)
        do {
            return try await store.writeGlobal { rows in
                guard try rows.markUsed(link, now: now) else { throw ConnectFault.linkUsed }
                let claimed = fresh.claimedIDs
                try rows.claim(account: fresh.instagramPageID, aliases: claimed, for: link.tenantID, now: now)
                if let tenant = try rows.tenant(link.tenantID), tenant.flow != link.flow {
                    try rows.setFlow(link.flow, of: link.tenantID, now: now)
                }
                try rows.forgetChoices(of: link)
                let own = try rows.rows(of: link.tenantID, keys: keys)
                let living = try own.connections().filter { $0.state != .disconnected }
                guard living.allSatisfy({ $0.instagramPageID == fresh.instagramPageID }) else {
                    throw ConnectFault.otherAccount
                }
                let same = living.first { $0.flow == link.flow }
                let retired = living.filter { $0.id != same?.id }
                for old in retired {
                    try own.setState(of: old.id, to: .disconnected, reason: .replaced, now: now)
                    try own.destroyToken(old.id)
                    try rows.releaseClaims(
                        of: link.tenantID, accounts: Set(old.claimedIDs).subtracting(claimed))
                }
                if let same {
                    // The account may be linked to another Page by now.
                    try rows.releaseClaims(
                        of: link.tenantID,
                        accounts: Set([same.facebookPageID].compactMap(\.self)).subtracting(claimed))
                    try own.updateConnection(fresh.continuing(same))
                } else {
                    try own.insertConnection(fresh)
                }
                // The end of what was replaced may meet a beginning of the same kind: it is subscribed once more.
                if !retired.isEmpty {
                    try own.checkNow(
                        same?.id ?? fresh.id, unlessSince: now, now: now.adding(seconds: Self.checkAfterReplacing))
                }
                // An account that could not be answered by the old way is by the new one: whoever was told hears of it.
                if same == nil, retired.contains(where: { $0.state != .active }) {
                    try own.tell(.connectionHealed, of: fresh.id.description, Notice.Facts(fresh), now: now)
                }
                try own.resume(now: now)
                let id = same?.id ?? fresh.id
                let detail: [String: AuditValue] = [
                    "flow": .word(link.flow.rawValue), "purpose": .word(link.purpose.rawValue),
                    "replaced": .words(retired.map(\.id.description)),
                ]
                try own.audit(
                    AuditNote(.connectionConnect, id.description, detail: detail),
                    by: AuditAuthor(.connectLink(link.handle), requestID: requestID), now: now)
                // The same account goes on being subscribed in the same flow. What another Page of before is told of is no
                // affair of ours any more.
                let left = living.filter { $0.flow != link.flow || $0.facebookPageID != fresh.facebookPageID }
                return (id, retired, left)
            }
        } catch is ClaimConflict {
            throw ConnectFault.accountTaken
        }
    }
}

extension AccountCandidate {
    /// Every id under which its events may arrive.
    fileprivate var claimedIDs: [String] {
        [instagramPageID, facebookPageID].compactMap(\.self) + aliases
    }
}

extension Connection {
    /// A reconnect: the old row with what is new, so that its history stays.
    fileprivate func continuing(_ old: Connection) -> Connection {
        var connection = self
        connection.id = old.id
        connection.senderlessOwnSeen = old.senderlessOwnSeen
        connection.lastWebhookAt = old.lastWebhookAt
        connection.lastSentAt = old.lastSentAt
        // What Meta wants of the account does not end with a new token.
        connection.pausedUntil = old.pausedUntil
        connection.createdAt = old.createdAt
        return connection
    }
}
