import Foundation
import Integrations
import MetaSandbox
import Storage
import Tenancy

@testable import Gateway
@testable import MetaSandbox

/// The eight invariants of docs/architecture.md, judged from outside: what was acknowledged, accepted by Meta, stored.
struct Invariants {
    /// A practice with everything that it decided to send.
    struct Desk {
        var practice: PracticeWorld.Practice
        var replies: [Reply]
    }

    let history: History
    let books: MetaBooks
    let events: [Event]
    let desks: [Desk]
    /// Meta's id of every recorded message.
    let mids: [MessageID: String]
    /// Those that their patients took back.
    let takenBack: Set<String>
    private let deliveries: [DeliveryRecord]

    var world: PracticeWorld { history.world }

    init(_ history: History) async throws {
        self.history = history
        let world = history.world
        // What was acknowledged by now has to be stored by then.
        deliveries = world.sandbox.deliveries
        events = try await world.events()
        books = MetaBooks(world.sandbox)
        var desks: [Desk] = []
        for practice in world.practices.withLock({ $0 }) {
            desks.append(Desk(practice: practice, replies: try await world.replies(practice)))
        }
        self.desks = desks
        var mids: [MessageID: String] = [:]
        var takenBack: Set<String> = []
        for row in try await world.sql("SELECT id, mid, deleted_at FROM messages WHERE mid IS NOT NULL") {
            var columns = row.columns
            let (id, mid) = (MessageID(try columns.id()), try columns.text())
            mids[id] = mid
            if try columns.optionalInteger() != nil { takenBack.insert(mid) }
        }
        (self.mids, self.takenBack) = (mids, takenBack)
    }

    /// Which invariants do not hold, by number, with what was seen; 0 is that messages are answered at all.
    func broken() async throws -> [Int: String] {
        var broken = history.seen
        func note(_ invariant: Int, _ fault: String?) {
            if let fault { broken[invariant] = fault }
        }
        note(0, everyMessageIsAnsweredOrTold())
        note(1, nothingAcknowledgedIsLost())
        note(2, oneMessageOneReply())
        note(2, nothingIsSentWithoutAReply())
        note(3, repliesGoToTheWriter())
        note(4, neverToOneself())
        note(4, nobodyIsAnsweredForEver())
        note(5, eventsStayWithTheirOwner())
        note(5, try await everythingStaysWithItsOwner())
        note(6, repliesKeepTheirOrder())
        note(6, try await eventsKeepTheirOrder())
        note(7, logsHoldNothing())
        note(8, try await connectionsAreRestored())
        return broken
    }

    /// The items of what was answered with 200, each once, by Meta's id of the message that they are about.
    private func acknowledged() -> [String: Int] {
        var items: [[String]: String] = [:]
        for delivery in deliveries where delivery.statuses.contains(200) {
            for slice in WebhookSplitter.split(delivery.body) {
                let key = [
                    delivery.app.rawValue, slice.object, slice.entryID ?? "", slice.container.rawValue,
                    String(decoding: slice.bytes, as: UTF8.self),
                ]
                items[key] = WebhookReader.read(slice)?.mid ?? ""
            }
        }
        return items.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private func nothingAcknowledgedIsLost() -> String? {
        let stored = events.reduce(into: [String: Int]()) { $0[$1.mid ?? "", default: 0] += 1 }
        // More may be stored than was acknowledged: the process died between the two.
        for (mid, count) in acknowledged() where stored[mid, default: 0] < count {
            return "\(count) items about \(mid) acknowledged, \(stored[mid, default: 0]) stored"
        }
        let open = events.filter { $0.state == .received || $0.state == .failed }
        if let first = open.first {
            return "\(open.count) events not settled, such as \(first.kind ?? "?") \(first.state)"
        }
        return nil
    }

    private func logsHoldNothing() -> String? {
        let log = world.log.text + world.registry.exposition()
        if log.contains(History.canary) { return "a text is in the log" }
        let ids = Set(history.written.flatMap { $0.message.senders.values })
        if let id = ids.first(where: { log.contains($0) }) { return "the patient id \(id.prefix(4))... is in the log" }
        let people = Set(history.written.map(\.message.person)).filter { $0.hasPrefix("patient_") }
        if people.contains(where: { log.contains($0) }) { return "a patient's name is in the log" }
        let tokens = world.tokens.withLock { $0 }
        if tokens.contains(where: { log.contains($0) }) { return "a token is in the log" }
        return nil
    }

    /// The history itself has looked at connections while Meta failed; here everybody has been connected again.
    private func connectionsAreRestored() async throws -> String? {
        for (name, state) in try await history.states() where state != .active { return "\(name) is \(state)" }
        return nil
    }
}
