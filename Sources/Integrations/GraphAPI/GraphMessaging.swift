/// Sending and looking up, which both flows do alike on their own hosts.
struct GraphMessaging: Sendable {
    /// The flow's own host.
    let graph: GraphClient
    /// The other Graph host, which now and then answers a message lookup that the own host fails with a 5xx.
    let otherHost: GraphClient

    /// - Parameters:
    ///   - sender: the account's or Page's id.
    ///   - messagingType: `RESPONSE` where the host wants one.
    func send(
        _ text: String, to recipient: String, from sender: String, token: AccessToken, messagingType: String?,
        beforeFirstByte: (@Sendable () -> Bool)?
    ) async -> SendOutcome {
        var body: JSONObject = [
            "recipient": .object(["id": .string(recipient)]), "message": .object(["text": .string(text)]),
        ]
        if let messagingType { body["messaging_type"] = .string(messagingType) }
        let call = GraphCall(
            .send, .post, [sender, "messages"], body: .json(.object(body)), token: token, isIdempotent: false,
            beforeFirstByte: beforeFirstByte)
        do {
            let answer = try await graph.perform(call)
            guard let mid = answer["message_id"]?.identifier else {
                return .unknown(GraphError(.malformed, status: 200))
            }
            return .sent(mid: mid)
        } catch {
            return error.sendOutcome
        }
    }

    /// The other host does not know the token: whatever it refuses, the own host's error is the one that counts.
    func message(_ mid: String, token: AccessToken) async throws(GraphError) -> MessageRecord? {
        let call = GraphCall(.message, .get, [mid], query: [("fields", GraphRecords.messageFields)], token: token)
        do {
            return Self.withSender(GraphRecords.message(try await graph(call), mid: mid))
        } catch {
            guard let status = error.status, status >= 500, let answer = try? await otherHost(call),
                let record = Self.withSender(GraphRecords.message(answer, mid: mid))
            else { throw error }
            return record
        }
    }

    func conversation(_ id: String, token: AccessToken) async throws(GraphError) -> ConversationRecord {
        let fields = "messages{\(GraphRecords.listedMessageFields)}"
        let answer = try await graph(GraphCall(.conversation, .get, [id], query: [("fields", fields)], token: token))
        return GraphRecords.conversation(answer, id: id) ?? ConversationRecord(id: id, participants: [], messages: [])
    }

    func conversations(
        of owner: String, on channel: Channel, with peer: String?, token: AccessToken
    ) async throws(GraphError) -> [ConversationRecord] {
        let fields = "id,updated_time,participants,messages{\(GraphRecords.listedMessageFields)}"
        var query: [(name: String, value: String)] = [("platform", channel.rawValue)]
        if let peer { query.append(("user_id", peer)) }
        query.append(("fields", fields))
        let answer = try await graph(
            GraphCall(.conversations, .get, [owner, "conversations"], query: query, token: token))
        return (answer["data"]?.array ?? []).compactMap { GraphRecords.conversation($0) }
    }

    func touchConversations(of owner: String, token: AccessToken) async throws(GraphError) {
        let query: [(name: String, value: String)] = [
            ("platform", Channel.instagram.rawValue), ("fields", "id"), ("limit", "1"),
        ]
        _ = try await graph(GraphCall(.conversations, .get, [owner, "conversations"], query: query, token: token))
    }

    func profile(of peer: String, on channel: Channel, token: AccessToken) async throws(GraphError) -> Profile? {
        let fields = channel == .instagram ? "name,username" : "first_name,last_name"
        do {
            let answer = try await graph(GraphCall(.profile, .get, [peer], query: [("fields", fields)], token: token))
            let names = ["first_name", "last_name"].compactMap { answer[$0]?.string }.filter { !$0.isEmpty }
            let full = names.isEmpty ? answer["name"]?.string : names.joined(separator: " ")
            return Profile(username: answer["username"]?.string ?? full)
        } catch {
            // Without the person's consent; of anything but a profile the same code means a missing permission.
            if error.code == 230 { return nil }
            throw error
        }
    }

    private static func withSender(_ record: MessageRecord?) -> MessageRecord? {
        record?.from == nil ? nil : record
    }
}
