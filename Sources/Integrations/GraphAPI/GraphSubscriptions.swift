/// The `subscribed_apps` edge, which both flows have on different objects.
struct GraphSubscriptions: Sendable {
    let graph: GraphClient
    /// Our own app among those listed.
    let appID: String

    /// Subscribes and reads back: Meta answers `success` also where it kept fewer fields.
    func subscribe(_ object: String, to fields: [String], token: AccessToken) async throws(GraphError) -> [String] {
        let answer = try await graph(
            GraphCall(
                .subscribe, .post, [object, "subscribed_apps"],
                query: [("subscribed_fields", fields.joined(separator: ","))], token: token))
        try Self.requireSuccess(answer)
        return try await self.fields(of: object, token: token)
    }

    func fields(of object: String, token: AccessToken) async throws(GraphError) -> [String] {
        let answer = try await graph(GraphCall(.subscriptions, .get, [object, "subscribed_apps"], token: token))
        let apps = answer["data"]?.array ?? []
        // Instagram lists the app under another id than the Instagram app id, but then it lists only that one.
        let ours = apps.first { $0["id"]?.identifier == appID } ?? (apps.count == 1 ? apps.first : nil)
        let listed = ours?["subscribed_fields"]?.array ?? []
        return listed.compactMap { $0.string ?? $0["name"]?.string }
    }

    func unsubscribe(_ object: String, token: AccessToken) async throws(GraphError) {
        let answer = try await graph(GraphCall(.unsubscribe, .delete, [object, "subscribed_apps"], token: token))
        try Self.requireSuccess(answer)
    }

    private static func requireSuccess(_ answer: JSONValue) throws(GraphError) {
        guard answer["success"]?.bool != false else { throw GraphError(.unsupported, status: 200) }
    }
}
