import Integrations
import MetaSandbox
import Storage
import Tenancy

@testable import Gateway

/// A random history: patients write in every shape, Meta misbehaves, people take over, tokens die, the process crashes.
struct History {
    /// What makes a variant broken, for the negative controls; nothing for the real one.
    enum Sabotage: String, CaseIterable, Sendable {
        /// Deliveries are acknowledged and forgotten now and then.
        case forgetsDeliveries
        /// Unknown outcomes are sent again without reading back.
        case resendsBlindly
        /// The most recent conversation is taken for the sender's.
        case guessesTheSender
        /// Nobody notices that two connected accounts talk, and there is no loop guard.
        case answersItself
        /// Events land with another tenant than the one that owns the account.
        case mixesTenants
        /// A later reply of a conversation overtakes an earlier one.
        case overtakes
        /// A record names what the patient wrote.
        case logsTexts
        /// A failing Meta disconnects the practices.
        case blamesTenants
    }

    static let canary = "canary-7f3a"

    let world: PracticeWorld
    let sabotage: Sabotage?
    var random: SeededRandom
    var written: [(message: WrittenMessage, account: String)] = []
    private let names = ["anna", "bert", "cleo"]
    private let accounts = ["dr_lind", "dr_moreau", "dr_novak"]

    init(seed: UInt64, sabotage: Sabotage? = nil) async throws {
        random = SeededRandom(seed: seed)
        self.sabotage = sabotage
        var settings = PipelineSettings()
        settings.loopGuardPerHour = sabotage == .answersItself ? 10_000 : 6
        world = try await PracticeWorld(seed: seed, settings: settings)
        let rules = ReplyRules(rules: [
            ReplyRule(name: "pain", match: .keywords(["pain"]), text: "Please call us at once."),
            ReplyRule(name: "any", match: .any, text: "We have your message."),
        ])
        try await world.addPractice(accounts[0], flow: .instagramLogin, rules: rules)
        try await world.addPractice(accounts[1], flow: .facebookPage, rules: rules)
        try await world.addPractice(
            accounts[2], flow: .instagramLogin, rules: rules, connected: Bool.random(using: &random))
        try await prepareSabotage()
    }

    mutating func play(steps: Int) async throws {
        for _ in 0..<steps { try await step() }
        try await comeToRest()
    }

    private mutating func step() async throws {
        let account = accounts.randomElement(using: &random) ?? accounts[0]
        let person = names.randomElement(using: &random) ?? names[0]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<38: write(from: person, to: account)
        case 38..<42:
            _ = try? world.sandbox.edit(text: "\(History.canary) pain again", account: account, person: person)
        case 42..<45: _ = try? world.sandbox.unsend(account: account, person: person)
        case 45..<48: _ = try? world.sandbox.react(emoji: "❤", account: account, person: person)
        case 48..<51: _ = try? world.sandbox.read(account: account, person: person)
        case 51..<54:
            _ = try? world.sandbox.replyByHand(SandboxContent(text: "By hand."), to: person, from: account)
        case 54..<57:
            // Two connected accounts talk to each other.
            write(from: accounts[0], to: accounts[1])
        case 57..<69: switchFault(account)
        case 69..<73: world.sandbox.switchOff()
        case 73..<77:
            if let old = world.sandbox.deliveries.randomElement(using: &random) {
                _ = try? world.sandbox.redeliver(old.id)
            }
        case 77..<79: _ = try? world.sandbox.killToken(account: account)
        case 79..<82: try await reconnect(account)
        case 82..<86: try await world.crash()
        case 86..<90:
            // Deliveries that gather go out as one batch.
            world.sandbox.pauseDeliveries(true)
            for _ in 0..<3 { write(from: names.randomElement(using: &random) ?? person, to: account) }
            world.sandbox.configure { $0.batchSize = 10 }
            world.sandbox.pauseDeliveries(false)
        case 90..<94: try await settle()
        default:
            try await settle()
            world.clock.advance(milliseconds: Int64.random(in: 500...90_000, using: &random))
        }
        if sabotage == .logsTexts, let last = written.last, Int.random(in: 0..<10, using: &random) == 0 {
            world.log.append("wrote \(last.message.senders.values.first ?? "")")
        }
    }

    private mutating func write(from person: String, to account: String) {
        let text =
            ["\(History.canary) hello", "\(History.canary) I am in pain", "\(History.canary) ok"]
            .randomElement(using: &random) ?? ""
        let kinds = ["text", "text", "text", "image", "story_mention", "like_heart"]
        let kind = kinds.randomElement(using: &random) ?? "text"
        let content = SandboxContent(text: kind == "text" ? text : nil, kind: kind)
        if let message = try? world.sandbox.write(content, from: person, to: account) {
            written.append((message, account))
        }
        // Two messages in one microsecond would be one item: Meta's clock moves on.
        world.clock.advance(milliseconds: 3)
    }

    private mutating func switchFault(_ account: String) {
        let id = world.practices.withLock { $0.first { $0.account.username == account }?.account.id }
        let every: [FaultName] = [
            .senderlessEditOnly, .senderlessEditWithMessage, .editBeforeMessage, .editWithSender, .senderlessRead,
            .duplicates, .messageLookup500, .messageLookupEmpty, .conversationsEmpty, .throttle, .serverError,
            .lostAnswer, .late500, .echoMissing, .echoFirst, .code100, .truncatedAnswer,
        ]
        guard let name = every.randomElement(using: &random) else { return }
        let shares: [Double] = [0.3, 0.7, 1]
        let share = shares.randomElement(using: &random) ?? 1
        world.sandbox.switchOn(
            FaultRule(name, accountID: id, share: share, remaining: Int.random(in: 1...6, using: &random)))
    }

    private func reconnect(_ username: String) async throws {
        // A connect would notice that the account belongs to somebody else.
        if sabotage == .mixesTenants { return }
        let practice = world.practices.withLock { $0.first { $0.account.username == username } }
        if let practice { try await world.connect(practice) }
    }

    /// Everything is mended, and time passes until nothing is due any more.
    private mutating func comeToRest() async throws {
        world.sandbox.switchOff()
        for account in accounts {
            _ = try? world.sandbox.reviveToken(account: account)
            try await reconnect(account)
        }
        world.sandbox.hurryRetries()
        for _ in 0..<400 {
            guard let next = try await settle() else { return }
            world.clock.advance(to: next)
            world.sandbox.hurryRetries()
        }
    }

    @discardableResult
    private func settle() async throws -> Timestamp? {
        try await disturb()
        return try await world.settle()
    }
}
