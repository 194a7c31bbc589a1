internal import Integrations
internal import Tenancy

/// Climbs the rungs that ask the Graph API, in order; the first with evidence answers.
struct SenderLadder: Sendable {
    private let rungs: [any SenderRung]

    init(budget: ConversationBudget) {
        rungs = [MessageLookup(budget: budget), ConversationLookup(budget: budget), ConversationList(budget: budget)]
    }

    /// - Parameters:
    ///   - item: the event without a sender; it has a mid.
    ///   - integration: of the connection that asks.
    ///   - check: what an answer has to pass. That the account itself wrote is an answer too.
    func climb(
        _ item: ProcessedItem, integration: any Integration, connection: ConnectionID, access: AccountAccess,
        check: SenderCheck
    ) async -> LookupResult {
        guard let mid = item.item.mid else { return .nothing }
        for rung in rungs {
            do {
                let evidence = try await rung.evidence(
                    forMessage: mid, decoded: item.decoded, channel: item.channel.integration,
                    integration: integration, access: access)
                if let evidence, check.ownIDs.contains(evidence.from) || check.admits(evidence.from) {
                    return .found(evidence)
                }
            } catch  where error.kind == .tokenDead {
                return .tokenDead(connection, token: access.token.value)
            } catch {
                if let seconds = error.pause {
                    return .throttled(seconds: seconds, wholeApp: error.concernsWholeApp)
                }
                // A rung that fails proves nothing: the next may still know.
                continue
            }
        }
        return .nothing
    }
}

extension Tenancy.Channel {
    /// The same word in the integrations' vocabulary.
    var integration: Integrations.Channel {
        switch self {
        case .instagram: .instagram
        case .messenger: .messenger
        }
    }
}
