internal import Integrations

/// Everything Meta knows in the sandbox, as a pure value: what happens changes it and says what to deliver and to
/// answer. It does no I/O and reads no clock; ``SandboxControl`` holds it, tells it the time and carries things out.
public struct SandboxWorld: Sendable {
    /// The time as the world sees it.
    struct Moment: Sendable {
        /// World time, milliseconds since 1970: what messages and webhooks show.
        var world: Int64
        /// Real time, milliseconds: when something is due to be delivered.
        var real: Int64
    }

    /// How it behaves; the control API changes parts of it.
    public internal(set) var configuration: SandboxConfiguration
    var moment = Moment(world: 0, real: 0)
    var random: SeededGenerator
    var accounts: [SandboxAccount] = []
    var pages: [SandboxPage] = []
    var people: [SandboxPerson] = []
    /// Where each of them is in the list, by user name: every message asks.
    var peoplePositions: [String: Int] = [:]
    var facebookUsers: [String: String] = [:]
    var identities: [IdentityKey: ScopedIdentity] = [:]
    var owners: [OwnerKey: String] = [:]
    var threadNumbers: [PairKey: (common: UInt128, pageFlow: UInt128)] = [:]
    var threads: [ThreadKey: SandboxThread] = [:]
    /// Each account's threads, oldest first.
    var threadsOfAccount: [String: [ThreadKey]] = [:]
    var messages: [SandboxMessage] = []
    var messagesByMid: [MidKey: Int] = [:]
    var sends: [AcceptedSend] = []
    var codes: [String: AuthorizationCode] = [:]
    var tokens: [String: GrantedToken] = [:]
    var subscriptions: [SubscriptionKey: [String]] = [:]
    var consent = AutomaticConsent()
    var faults = FaultBook()
    var queue = DeliveryQueue()
    var counter: Int64 = 0
    var calls: [String: Int] = [:]
    private var lastMicros: Int64 = 0
    private var takenMicros: Set<Int64> = []

    /// - Parameter configuration: its seed decides every random choice.
    public init(configuration: SandboxConfiguration) {
        self.configuration = configuration
        random = SeededGenerator(seed: configuration.seed)
    }

    /// A creation time that no other message has, within the current millisecond as long as there is room in it. The clock
    /// may stand still, or be set back.
    mutating func nextMicros() -> Int64 {
        let present = moment.world * 1000
        lastMicros = (present..<present + 1000).contains(lastMicros) ? lastMicros + 1 : present
        while !takenMicros.insert(lastMicros).inserted { lastMicros += 1 }
        return lastMicros
    }

    /// A number that nothing else in this world was given.
    mutating func nextNumber() -> Int64 {
        counter += 1
        return counter
    }

    /// Meta's opaque strings: codes, tokens, trace ids.
    mutating func opaque(_ prefix: String, bytes: Int) -> String {
        prefix + EscapedBase64.encode(random.bytes(bytes))
    }
}

/// One person towards one asset.
struct IdentityKey: Sendable, Hashable {
    /// Account id, or Page id for Messenger.
    var asset: String
    var person: String
}

/// One scoped id of one asset, for finding its owner.
struct OwnerKey: Sendable, Hashable {
    var asset: String
    var id: String
}

/// Two who talk to each other, in alphabetical order.
struct PairKey: Sendable, Hashable {
    var first: String
    var second: String

    init(_ one: String, _ other: String) {
        first = min(one, other)
        second = max(one, other)
    }
}

/// A message id in one flow of one account.
struct MidKey: Sendable, Hashable {
    var accountID: String
    var mid: String
}

/// An app's subscription to one asset.
struct SubscriptionKey: Sendable, Hashable {
    var app: MetaApp
    /// Account id for Instagram Login, Page id for the Page flow.
    var asset: String
}
