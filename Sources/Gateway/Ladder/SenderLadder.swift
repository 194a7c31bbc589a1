internal import Integrations
internal import Tenancy

/// The rungs of the ladder that ask the Graph API, in order; the first with evidence answers.
///
/// None of them guesses: each accepts only what names this very message. "The most recent conversation" and "the only
/// conversation" are not evidence, whatever they contain.
struct SenderLadder: Sendable {
    let budget: ConversationBudget

    /// - Parameters:
    ///   - item: the event without a sender; it has a mid.
    ///   - integration: of the connection that asks.
    func climb(
        _ item: ProcessedItem, integration: any Integration, connection: ConnectionID, access: AccountAccess
    ) async -> LookupResult {
        guard let mid = item.item.mid else { return .nothing }
        let rungs: [any SenderRung] = [
            MessageLookup(), ConversationLookup(budget: budget), ConversationList(budget: budget),
        ]
        for rung in rungs {
            do {
                if let evidence = try await rung.evidence(
                    forMessage: mid, decoded: item.decoded, channel: item.channel.integration,
                    integration: integration, access: access)
                {
                    return .found(evidence)
                }
            } catch  where error.kind == .tokenDead {
                return .tokenDead(connection, token: access.token.value)
            } catch  where error.kind == .throttled || error.kind == .policy {
                return .throttled(seconds: error.retryAfter ?? RefusalVerdict.throttlePause)
            } catch {
                // A rung that fails proves nothing: the next may still know.
                continue
            }
        }
        return .nothing
    }
}

/// One rung: one way to ask Meta who wrote a message.
protocol SenderRung: Sendable {
    /// - Returns: evidence tied to this very message, or `nil`.
    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence?
}

/// `GET /{mid}`: the message itself.
struct MessageLookup: SenderRung {
    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        guard let record = try await integration.message(mid, access: access), record.mid == mid else { return nil }
        return SenderEvidence(.messageLookup, record: record)
    }
}

/// The conversation whose id is built from the mid, and in it the very message.
struct ConversationLookup: SenderRung {
    let budget: ConversationBudget

    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        guard channel == .instagram, let decoded else { return nil }
        await budget.take(access.instagramPageID)
        let conversation = try await integration.conversation(decoded.conversationID, access: access)
        guard let record = conversation.messages.first(where: { $0.mid == mid }) else { return nil }
        return SenderEvidence(.conversationLookup, record: record)
    }
}

/// Listed conversations: accepted only where a listed message has this mid.
struct ConversationList: SenderRung {
    let budget: ConversationBudget

    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        await budget.take(access.instagramPageID)
        let conversations = try await integration.conversations(
            on: channel, with: nil, withMessages: true, access: access)
        for conversation in conversations {
            if let record = conversation.messages.first(where: { $0.mid == mid }) {
                return SenderEvidence(.conversationList, record: record)
            }
        }
        return nil
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
