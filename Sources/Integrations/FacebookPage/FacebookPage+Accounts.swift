import Foundation

extension FacebookPage {
    /// Bounds of what one person's consent may make us read.
    private static let maxListPages = 20
    private static let maxFallbackPages = 50

    /// With Facebook Login for Business the list is often empty although Pages were chosen: then the token's granular
    /// scopes name them.
    public func accounts(of grant: Grant) async throws(GraphError) -> [AccountCandidate] {
        let listed = try await listedPages(grant.token)
        let pages = listed.isEmpty ? try await chosenPages(grant.token) : listed
        var seen: Set<String> = []
        return pages.compactMap(Self.candidate).filter { seen.insert($0.facebookPageID ?? "").inserted }
    }

    /// Follows `paging.next` by its cursor alone: the address in it is never called, so that no answer can send the
    /// token to another host.
    private func listedPages(_ token: AccessToken) async throws(GraphError) -> [JSONValue] {
        var pages: [JSONValue] = []
        var cursor: String?
        for _ in 0..<Self.maxListPages {
            var query: [(name: String, value: String)] = [
                ("fields", "id,name,access_token,tasks,instagram_business_account{id,username}"), ("limit", "100"),
            ]
            if let cursor { query.append(("after", cursor)) }
            let answer = try await graph(GraphCall(.accounts, .get, ["me", "accounts"], query: query, token: token))
            pages += answer["data"]?.array ?? []
            guard let next = Self.nextCursor(answer), next != cursor else { break }
            cursor = next
        }
        return pages
    }

    private static func nextCursor(_ answer: JSONValue) -> String? {
        guard let next = answer["paging"]?["next"]?.string else { return nil }
        if let after = answer["paging"]?["cursors"]?["after"]?.identifier { return after }
        let query = next.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&") ?? []
        return query.first { $0.hasPrefix("after=") }.flatMap { String($0.dropFirst(6)).removingPercentEncoding }
    }

    /// A Page that cannot be read is left out; it does not cost the others.
    private func chosenPages(_ token: AccessToken) async throws(GraphError) -> [JSONValue] {
        let granular = try await debug(token)["granular_scopes"]?.array ?? []
        var pages: [JSONValue] = []
        for id in Self.targets(granular).prefix(Self.maxFallbackPages) {
            do {
                pages.append(try await page(id, token: token, withToken: true))
            } catch {
                switch error.kind {
                case .permission, .gone, .unsupported, .wrongRecipient: continue
                default: throw error
                }
            }
        }
        return pages
    }

    private static func targets(_ granular: [JSONValue]) -> [String] {
        for scope in ["pages_messaging", "pages_show_list"] {
            let entry = granular.first { $0["scope"]?.string == scope }
            let ids = (entry?["target_ids"]?.array ?? []).compactMap(\.identifier)
            if !ids.isEmpty { return ids }
        }
        return []
    }

    /// The fallback's answer has no `tasks`: what is not said is not held against the Page.
    private static func candidate(_ page: JSONValue) -> AccountCandidate? {
        guard let id = page["id"]?.identifier else { return nil }
        let instagram = page["instagram_business_account"]
        let token = page["access_token"]?.string ?? ""
        let tasks = page["tasks"]?.array?.compactMap(\.string)
        let mayMessage = !token.isEmpty && tasks.map { $0.contains("MESSAGING") } != false
        let accountID = instagram?["id"]?.identifier
        return AccountCandidate(
            instagramPageID: accountID, username: instagram?["username"]?.string, facebookPageID: id,
            title: page["name"]?.string ?? id, token: AccessToken(token), aliases: [id],
            ineligible: accountID == nil ? .noInstagramAccount : mayMessage ? nil : .noMessagingTask)
    }
}
