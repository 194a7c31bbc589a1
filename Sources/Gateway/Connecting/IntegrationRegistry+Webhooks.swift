internal import Integrations
internal import Logging
internal import Tenancy

extension IntegrationRegistry {
    /// Ends the webhooks of a connection that has ended, as far as Meta can be reached: what still arrives counts once all
    /// the same.
    /// - Parameter failure: what to log where Meta refuses.
    /// - Returns: whether nothing is left to be told.
    @discardableResult
    func endWebhooks(of ended: Connection, failure: Logger.Message, logger: Logger) async -> Bool {
        guard let integration = self[ended.flow.rawValue], let access = AccountAccess(ended) else { return true }
        do {
            try await integration.unsubscribe(access)
            return true
        } catch {
            logger.warning(
                failure,
                metadata: [
                    "tenant_id": "\(ended.tenantID)", "instagram_page_id": "\(ended.instagramPageID)",
                    "error": "\(error.description)",
                ])
            return false
        }
    }

    /// The same, unless they are somebody's again. Where that cannot be looked up they are ended: it is rare, and the next
    /// check subscribes whoever needs them.
    func endWebhooks(
        of ended: Connection, unlessNeededIn store: TenancyStore, failure: Logger.Message, logger: Logger
    ) async {
        if (try? await store.needsWebhooks(of: ended)) == true { return }
        await endWebhooks(of: ended, failure: failure, logger: logger)
    }
}

extension TenancyStore {
    /// Whether the webhooks of a connection that has ended are somebody's again: the practice's own, which was connected the
    /// same way once more, or another practice's.
    func needsWebhooks(of ended: Connection) async throws -> Bool {
        let living = try await read(ended.tenantID) { try $0.connections() }.filter(\.state.answers)
        let isAgain = living.contains { $0.flow == ended.flow && $0.facebookPageID == ended.facebookPageID }
        return try await isAgain ? true : othersHave(ended)
    }

    /// Whether another practice has the account of a connection that has ended, or its Page.
    func othersHave(_ ended: Connection) async throws -> Bool {
        let owners = try await readGlobal { rows in try ended.claimedIDs.compactMap(rows.route(of:)) }
        return owners.contains { $0 != ended.tenantID }
    }
}
