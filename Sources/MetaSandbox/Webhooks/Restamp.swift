internal import Integrations

/// A sample payload made to look as if it had just happened to an account and a person of this world: placeholder ids
/// become theirs, mids are built anew, times move to now.
struct Restamp {
    /// The ids that the samples use.
    enum Placeholder {
        static let account = "17841400000000001"
        static let person = "1000000000000001"
        static let page = "200000000000001"
        static let psid = "3000000000000001"
        static let app = "400000000000001"
        /// The samples' own present, milliseconds.
        static let now: Int64 = 1_784_200_237_000
    }

    let key: ThreadKey
    let flow: SandboxFlow
    /// Literal replacements of whole strings.
    private var replacements: [String: String]
    private(set) var newMids: [String] = []
    private let now: Int64
    /// What an edit, unsend, reaction or reply refers to, and what a read does.
    private let newestInbound: String?
    private let newestOutbound: String?

    init(_ key: ThreadKey, _ account: SandboxAccount, flow: SandboxFlow, world: inout SandboxWorld) {
        self.key = key
        self.flow = flow
        now = world.moment.world
        newestInbound = world.newestMessage(in: key) { $0.isInbound }.flatMap { world.messages[$0].mids[flow] }
        newestOutbound = world.newestMessage(in: key) { !$0.isInbound }.flatMap { world.messages[$0].mids[flow] }
        replacements = [
            Placeholder.account: account.id, Placeholder.page: account.pageID ?? Placeholder.page,
            Placeholder.app: world.configuration.app(flow.app).id,
            Placeholder.person: world.scopedID(of: key.person, for: account, .instagram, flow),
            "user_one": key.person, "business": account.username,
        ]
        if account.pageID != nil {
            replacements[Placeholder.psid] = world.scopedID(of: key.person, for: account, .messenger, flow)
        }
    }

    /// Stamps one body; the messages that it announces are stored, so that lookups find them.
    mutating func stamp(_ body: JSONValue, _ world: inout SandboxWorld) -> JSONValue {
        let isOfPage = body["object"]?.string == "page"
        return walk(body, key: "", isOfPage: isOfPage, &world)
    }

    private mutating func walk(
        _ value: JSONValue, key: String, isOfPage: Bool, _ world: inout SandboxWorld
    ) -> JSONValue {
        switch value.kind {
        case .object(let members):
            if let mid = members["mid"]?.string, replacements[mid] == nil {
                replacements[mid] = freshMid(for: mid, kind: key, members, isOfPage: isOfPage, &world)
            } else if key == "postback", members["mid"] == nil {
                // A button without an id opens the messaging window all the same.
                storePostback(members, isOfPage: isOfPage, &world)
            }
            var result = JSONObject()
            for (name, member) in members { result[name] = walk(member, key: name, isOfPage: isOfPage, &world) }
            return .object(result)
        case .array(let elements):
            return .array(elements.map { walk($0, key: key, isOfPage: isOfPage, &world) })
        case .string(let text):
            if let known = replacements[text] { return .string(known) }
            if key == "mids", let newest = newestOutbound { return .string(newest) }
            return value
        case .integer(let number) where ["timestamp", "time", "watermark"].contains(key):
            return .integer(moved(number))
        default: return value
        }
    }

    /// Keeps the distance to the samples' present; times of another present become now.
    private func moved(_ number: Int64) -> Int64 {
        guard number >= 1_000_000_000_000 else { return now / 1000 }
        let distance = number - Placeholder.now
        return now + (abs(distance) < 86_400_000 ? distance : 0)
    }

    /// A mid of this thread. What refers to an earlier message takes the thread's newest one, if there is one.
    private mutating func freshMid(
        for mid: String, kind: String, _ members: JSONObject, isOfPage: Bool, _ world: inout SandboxWorld
    ) -> String {
        let parsed = InstagramMessageID(mid)
        guard parsed != nil || mid.hasPrefix("m_") else { return mid }
        let isAnnounced = (kind == "message" || kind == "postback") && members["is_deleted"] == nil
        let refersBack = !isAnnounced && (parsed.map { $0.createdAt != Placeholder.now } ?? true)
        let older = kind == "read" ? newestOutbound ?? newestInbound : newestInbound ?? newestOutbound
        if refersBack, let older { return older }
        var thread = key
        thread.channel = isOfPage ? .messenger : .instagram
        let isEcho = members["is_echo"]?.bool == true
        let content = SandboxContent(
            text: members["text"]?.string ?? members["title"]?.string ?? (kind == "message_edit" ? "hello" : nil),
            kind: Self.kind(of: members, kind))
        let index = world.store(content, in: thread, isInbound: !isEcho)
        let fresh = world.messages[index].mids[flow] ?? mid
        newMids.append(fresh)
        return fresh
    }

    private func storePostback(_ members: JSONObject, isOfPage: Bool, _ world: inout SandboxWorld) {
        var thread = key
        thread.channel = isOfPage ? .messenger : .instagram
        let content = SandboxContent(text: members["title"]?.string, kind: "postback")
        world.store(content, in: thread, isInbound: true)
    }

    private static func kind(of members: JSONObject, _ kind: String) -> String {
        if kind == "postback" { return "postback" }
        if members["is_unsupported"]?.bool == true { return "unsupported" }
        return members["attachments"]?[0]?["type"]?.string ?? "text"
    }
}

extension SandboxWorld {
    /// Stamps a sample, or each of an array of samples.
    mutating func restamp(
        _ template: JSONValue, account name: String, person: String, flow: SandboxFlow?
    ) throws(ControlError) -> (bodies: [JSONValue], mids: [String], flow: SandboxFlow) {
        guard let account = account(name) else { throw ControlError("no such account: \(name)") }
        let bodies = template.array ?? [template]
        let isOfPage = bodies.contains { $0["object"]?.string == "page" }
        guard !isOfPage || account.pageID != nil else { throw ControlError("\(name) has no Page") }
        let isLoginConnected = subscriptions[SubscriptionKey(app: .instagram, asset: account.id)] != nil
        let chosen = flow ?? (isOfPage || !isLoginConnected ? .facebookPage : .instagramLogin)
        let key = try threadKey(account: name, person: person, isOfPage ? .messenger : .instagram)
        var restamp = Restamp(key, account, flow: chosen, world: &self)
        let stamped = bodies.map { restamp.stamp($0, &self) }
        return (stamped, restamp.newMids, chosen)
    }
}
