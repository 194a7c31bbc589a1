internal import Integrations
internal import Tenancy

/// Asks once a day what Meta lets a connection do and what it tells us of, and subscribes anew what was dropped.
struct DailyCheck: Sendable {
    /// What came of it.
    enum Outcome: Sendable, Hashable {
        case seen(Finding)
        /// Meta says that the token is dead.
        case dead(GraphError)
        /// Nothing is known.
        case failed(GraphError)
    }

    /// What Meta says. Pure: tells what follows from it.
    struct Finding: Sendable, Hashable {
        /// Scopes granted now; `nil` where the flow cannot ask.
        var scopes: [String]?
        /// Webhook fields subscribed now; `nil` where that was not asked.
        var fields: [String]?
        /// Scopes without which messages cannot be answered.
        var requiredScopes: [String]
        /// Whether messages may be read, and whatever else was asked; `nil` where that is not known.
        var access: MessageAccess?

        /// What is wrong; `nil` where nothing is.
        var fault: Connection.Reason? {
            if let scopes, !Set(requiredScopes).isSubset(of: scopes) { return .scopesMissing }
            if access == .refused { return .scopesMissing }
            guard let fields else { return nil }
            return fields.contains("messages") ? nil : .notSubscribed
        }

        /// How a connection's state changes; `nil` where it stays. What degrades it for another reason is left to whoever
        /// found that.
        func change(of connection: Connection) -> (state: Connection.State, reason: Connection.Reason?)? {
            switch (connection.state, connection.reason, fault) {
            case (.active, _, let fault?): return (.degraded, fault)
            case (.degraded, .notSubscribed, let fault?) where fault != .notSubscribed: return (.degraded, fault)
            case (.degraded, .notSubscribed, nil): return (.active, nil)
            case (.degraded, .scopesMissing, let fault)
            where fault != .scopesMissing && (access == .granted || hasMore(than: connection)):
                return fault.map { (.degraded, $0) } ?? (.active, nil)
            default: return nil
            }
        }

        /// Whether a scope is listed now that was missing when the connection was looked at before. A list that was whole
        /// all the time was not what a refusal was about.
        private func hasMore(than connection: Connection) -> Bool {
            scopes != nil && !Set(requiredScopes).isSubset(of: connection.scopes)
        }
    }

    let integration: any Integration
    /// The connection's own account, in all its ids.
    let ownIDs: Set<String>
    /// Whether a permission is thought to be missing.
    var isInDoubt = false
    /// Whether what is subscribed is subscribed once more: Meta may have dropped it without showing that.
    var subscribesAnew = false

    /// - Parameter budget: what the account's conversations may be asked for.
    func run(_ access: AccountAccess, budget: ConversationBudget) async -> Outcome {
        var finding = Finding(requiredScopes: integration.requiredScopes)
        do throws(GraphError) {
            let inspection = try await integration.inspect(access)
            finding.scopes = inspection.scopes
            // Without the permission the next question would be refused, and nothing be known.
            if finding.fault == .scopesMissing { return .seen(finding) }
            let fields = try await integration.subscribedFields(access)
            finding.fields = fields
            await budget.take(access.instagramPageID)
            var doubt: GraphError?
            do throws(GraphError) {
                finding.access = try await integration.messageAccess(access)
            } catch {
                if error.kind == .tokenDead || error.pause != nil { throw error }
                // That it fails keeps nobody from being subscribed anew.
                if isInDoubt { doubt = error }
            }
            if finding.fault == .scopesMissing { return .seen(finding) }
            if subscribesAnew || !Set(integration.webhookFields).isSubset(of: fields) {
                finding.fields = try await integration.subscribe(access)
            }
            if let doubt { throw doubt }
            // Whatever Meta tells us of now, it is not this account. One answer that says so is not believed.
            if !inspection.reaches(ownIDs, through: access),
                try await !integration.inspect(access).reaches(ownIDs, through: access)
            {
                finding.fields = []
            }
            return .seen(finding)
        } catch {
            if error.kind == .permission, !error.concernsAppsAccess {
                finding.access = .refused
                return .seen(finding)
            }
            return error.kind == .tokenDead ? .dead(error) : .failed(error)
        }
    }
}

extension TokenInspection {
    /// Whether the token still answers for an account: a Page can be parted from its Instagram account, or be linked to
    /// another one.
    func reaches(_ ownIDs: Set<String>, through access: AccountAccess) -> Bool {
        guard let account = instagramPageID else { return access.facebookPageID == nil }
        return ownIDs.contains(account)
    }
}
