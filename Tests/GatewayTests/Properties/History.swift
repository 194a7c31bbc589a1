import Integrations
import MetaSandbox
import Storage
import Tenancy
import TestSupport

@testable import Gateway

/// A random history: patients write in every shape, Meta misbehaves, people take over, tokens die, the process crashes.
struct History {
    /// A message of a patient.
    struct Written {
        var message: WrittenMessage
        /// The practice's account by name.
        var account: String
        var channel: Integrations.Channel
    }

    /// A practice's account.
    struct Doctor {
        var name: String
        var flow: SandboxFlow
        var isToldTwice = false
    }

    static let canary = "canary-7f3a"
    /// Replies per conversation and hour: few, so that histories reach it.
    static let loopGuard = 6
    /// So many failing accounts of one app open its breaker.
    static let burstAccounts = 3
    /// Enough of each app for that, so that a burst across accounts can show itself.
    static let doctors = [
        Doctor(name: "dr_lind", flow: .instagramLogin), Doctor(name: "dr_moreau", flow: .facebookPage),
        Doctor(name: "dr_novak", flow: .instagramLogin),
        // Its two flows know people and threads by different ids; the next one's agree.
        Doctor(name: "dr_olsen", flow: .instagramLogin, isToldTwice: true),
        Doctor(name: "dr_petit", flow: .facebookPage, isToldTwice: true),
        Doctor(name: "dr_quist", flow: .facebookPage), Doctor(name: "dr_rossi", flow: .instagramLogin),
    ]
    static let rules = ReplyRules(rules: [
        ReplyRule(name: "pain", match: .keywords(["pain"]), text: "Please call us at once. \(canary)"),
        // Three parts on Instagram, two on Messenger.
        ReplyRule(
            name: "way", match: .keywords(["way"]),
            text: (1...80).map { "Sentence \($0) of the way to us." }.joined(separator: " ")),
        ReplyRule(name: "any", match: .any, text: "We have your message. \(canary)"),
    ])

    let world: PracticeWorld
    let sabotage: Sabotage?
    var random: SeededRandom
    var written: [Written] = []
    /// What was seen to be wrong on the way, by invariant.
    var seen: [Int: String] = [:]
    /// Who has been connected at all.
    var connected: Set<String> = []
    /// Whose token was killed since it was last connected.
    var killed: Set<String> = []
    private var strangers = 0

    init(seed: UInt64, sabotage: Sabotage? = nil) async throws {
        random = SeededRandom(seed: seed)
        self.sabotage = sabotage
        var settings = PipelineSettings()
        settings.loopGuardPerHour = sabotage == .neverTires ? 10_000 : Self.loopGuard
        settings.burstAccounts = Self.burstAccounts
        if sabotage == .blamesTenants { settings.burstAccounts = .max }
        if sabotage == .blamesMeta { settings.burstAccounts = 1 }
        world = try await PracticeWorld(seed: seed, settings: settings)
        for doctor in Self.doctors {
            let isConnected = doctor.name == "dr_novak" ? Bool.random(using: &random) : true
            let practice = try await world.addPractice(
                doctor.name, flow: doctor.flow, rules: Self.rules, connected: isConnected,
                isToldTwice: doctor.isToldTwice)
            if isConnected { connected.insert(doctor.name) }
            if doctor.name == "dr_olsen" {
                world.sandbox.switchOn(FaultRule(.flowsDiffer, accountID: practice.account.id))
            }
        }
        try await prepareSabotage()
    }

    mutating func play(steps: Int) async throws {
        for _ in 0..<steps { try await step() }
        try await comeToRest()
    }

    private mutating func step() async throws {
        let doctor = Self.doctors.randomElement(using: &random) ?? Self.doctors[0]
        let account = doctor.name
        let person = somebody()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<33: write(from: person, to: account)
        case 33..<36: write(from: person, to: account, on: doctor.flow == .facebookPage ? .messenger : .instagram)
        case 36..<38: press(from: person, to: account)
        case 38..<42:
            _ = try? world.sandbox.edit(text: "\(Self.canary) pain again", account: account, person: person)
        case 42..<45: _ = try? world.sandbox.unsend(account: account, person: person)
        case 45..<47: _ = try? world.sandbox.react(emoji: "❤", account: account, person: person)
        case 47..<49: _ = try? world.sandbox.read(account: account, person: person)
        case 49..<51:
            _ = try? world.sandbox.replyByHand(SandboxContent(text: "By hand."), to: person, from: account)
        case 51..<54:
            // Two connected accounts talk to each other.
            write(from: Self.doctors[0].name, to: Self.doctors[1].name)
        case 54..<66: switchFault(account)
        case 66..<70: mend()
        case 70..<74:
            if let old = world.sandbox.deliveries.randomElement(using: &random) {
                _ = try? world.sandbox.redeliver(old.id)
            }
        case 74..<76: kill(account)
        case 76..<79: try await reconnect(account)
        case 79..<83: try await world.crash()
        case 83..<86: await batch(to: account)
        case 86: try await chatter(from: person, to: account)
        case 87: try await burst()
        case 88: try await oneTokenDies(account)
        case 89: try await oneSendIsUnsupported(account)
        case 90: oneAppTellsWithoutSender()
        case 91..<94: try await settle()
        default:
            try await settle()
            world.clock.advance(milliseconds: Int64.random(in: 500...90_000, using: &random))
        }
        try await gossip()
    }

    mutating func somebody() -> String {
        ["patient_anna", "patient_bert", "patient_cleo"].randomElement(using: &random) ?? "patient_anna"
    }

    /// Somebody who has never written before: nothing of the past keeps the machine from answering.
    mutating func stranger() -> String {
        strangers += 1
        return "patient_stranger_\(strangers)"
    }

    func practice(_ name: String) -> PracticeWorld.Practice? {
        world.practices.withLock { $0.first { $0.account.username == name } }
    }

    mutating func reconnect(_ name: String) async throws {
        // A connect would notice that the account belongs to somebody else.
        if sabotage == .mixesTenants { return }
        guard let practice = practice(name) else { return }
        try await world.connect(practice)
        connected.insert(name)
        killed.remove(name)
    }

    /// Everything is mended, and time passes until nothing is due any more.
    private mutating func comeToRest() async throws {
        mend()
        try await settle()
        // Before anybody is connected anew: no fault of Meta's has taken a connection out of service.
        for (name, state) in try await states() where connected.contains(name) && !killed.contains(name) {
            if state != .active { seen[8] = "\(name) is \(state) and its token never died" }
        }
        for doctor in Self.doctors {
            _ = try? world.sandbox.reviveToken(account: doctor.name)
            try await reconnect(doctor.name)
        }
        world.sandbox.hurryRetries()
        var isSwept = false
        for _ in 0..<400 {
            if let next = try await settle() {
                world.clock.advance(to: next)
            } else if isSwept {
                return
            } else {
                // A send whose outcome could not be written down is found by the sweep alone.
                isSwept = true
                world.clock.advance(milliseconds: Int64(Pipeline.stuckAfter + Pipeline.sweepInterval + 1) * 1000)
            }
            world.sandbox.hurryRetries()
        }
    }

    /// The state of each connection that there is; one that is degraded because messages came without senders, which they
    /// did, is well.
    func states() async throws -> [(name: String, state: Connection.State)] {
        var states: [(String, Connection.State)] = []
        for practice in world.practices.withLock({ $0 }) {
            guard let connection = try await world.connection(practice) else { continue }
            states.append((practice.account.username, connection.reason == .senderless ? .active : connection.state))
        }
        return states
    }

    @discardableResult
    func settle() async throws -> Timestamp? {
        try await disturb()
        return try await world.settle()
    }
}
