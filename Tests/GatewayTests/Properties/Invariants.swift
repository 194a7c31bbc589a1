import Foundation
import Integrations
import MetaSandbox
import Storage
import Tenancy

@testable import Gateway

/// The eight invariants of the design, judged from outside: what was acknowledged, what Meta accepted, what is stored.
struct Invariants {
    let history: History
    private let deliveries: [DeliveryRecord]
    private let events: [Event]
    private let sends: [AcceptedSend]
    private let replies: [(practice: PracticeWorld.Practice, replies: [Reply])]

    private var world: PracticeWorld { history.world }
    private var practices: [PracticeWorld.Practice] { world.practices.withLock { $0 } }

    init(_ history: History) async throws {
        self.history = history
        let world = history.world
        // What was acknowledged by now has to be stored by then.
        deliveries = world.sandbox.deliveries
        events = try await world.events()
        sends = world.sandbox.sends()
        var all: [(PracticeWorld.Practice, [Reply])] = []
        for practice in world.practices.withLock({ $0 }) { all.append((practice, try await world.replies(practice))) }
        replies = all
    }

    /// Which invariants do not hold, by number, with what was seen.
    func broken() async throws -> [Int: String] {
        var broken: [Int: String] = [:]
        broken[1] = nothingAcknowledgedIsLost()
        broken[2] = oneMessageOneReply()
        broken[3] = try await repliesGoToTheWriter()
        broken[4] = neverToOneself()
        broken[5] = tenantsStayApart()
        broken[6] = repliesKeepTheirOrder()
        broken[7] = logsHoldNothing()
        broken[8] = try await connectionsOutliveMetasFaults()
        return broken
    }

    private func nothingAcknowledgedIsLost() -> String? {
        var delivered: Set<[String]> = []
        for delivery in deliveries where delivery.statuses.contains(200) {
            for slice in WebhookSplitter.split(delivery.body) {
                delivered.insert([
                    delivery.app.rawValue, slice.object, slice.entryID ?? "", slice.container.rawValue,
                    String(decoding: slice.bytes, as: UTF8.self),
                ])
            }
        }
        if delivered.count > events.count { return "\(delivered.count) items acknowledged, \(events.count) stored" }
        let open = events.filter { $0.state == .received || $0.state == .failed }
        if let first = open.first {
            return "\(open.count) events not settled, such as \(first.kind ?? "?") \(first.state)"
        }
        return nil
    }

    /// At most one automated reply to each message, and nothing that Meta accepted that was not decided on.
    private func oneMessageOneReply() -> String? {
        for (practice, replies) in replies {
            let accepted = sends.filter { $0.account == practice.account.id }
            let answered = replies.compactMap(\.inReplyTo)
            if Set(answered).count != answered.count { return "a message has two replies" }
            let known = Set(replies.flatMap(\.parts).compactMap(\.mid))
            let unknown = replies.flatMap(\.parts).filter { $0.mid == nil && $0.state == .unknown }
            let strangers = accepted.filter { !known.contains($0.mid) }
            if strangers.count > unknown.count {
                return
                    "\(practice.account.username): \(accepted.count) sends accepted, \(known.count) known, \(unknown.count) unknown"
            }
        }
        return nil
    }

    private func repliesGoToTheWriter() async throws -> String? {
        var writers: [String: String] = [:]
        for entry in history.written { for mid in entry.message.mids.values { writers[mid] = entry.message.person } }
        let recipients = Dictionary(sends.map { ($0.mid, $0.person) }, uniquingKeysWith: { first, _ in first })
        for (practice, replies) in replies {
            for reply in replies {
                guard let message = reply.inReplyTo else { continue }
                let answered = try await (try world.store).read(practice.tenant) { try $0.message(message)?.mid }
                for mid in reply.parts.compactMap(\.mid) {
                    guard let recipient = recipients[mid], let writer = answered.flatMap({ writers[$0] }) else {
                        continue
                    }
                    if recipient != writer { return "\(writer) wrote, \(recipient) was answered" }
                }
            }
        }
        return nil
    }

    private func neverToOneself() -> String? {
        let own = Set(practices.map(\.account.username))
        // The very first answer may be on its way before the other side's thread is known; a loop is not.
        let toOwn = sends.filter { own.contains($0.person) }
        if toOwn.count > 1 { return "\(toOwn.count) replies between connected accounts" }
        let talks = Dictionary(grouping: sends) { "\($0.account) \($0.person)" }
        for talk in talks.values {
            for send in talk where talk.count(where: { $0.at > send.at - 3_600_000 && $0.at <= send.at }) > 12 {
                return "more replies in an hour than the loop guard allows"
            }
        }
        return nil
    }

    private func tenantsStayApart() -> String? {
        let owners = Dictionary(
            practices.flatMap { practice in
                [practice.account.id, practice.account.appScopedID, practice.account.pageID ?? ""].map {
                    ($0, practice.tenant)
                }
            }, uniquingKeysWith: { first, _ in first })
        for event in events where event.tenantID != .system && owners[event.accountID] != event.tenantID {
            return "an event of one tenant's account lies with another"
        }
        return nil
    }

    private func repliesKeepTheirOrder() -> String? {
        let order = Dictionary(sends.map { ($0.mid, $0.seq) }, uniquingKeysWith: { first, _ in first })
        for (_, replies) in replies {
            for (_, conversation) in Dictionary(grouping: replies, by: \.conversationID) {
                // What a person asked for again, or what waited for a reconnect, goes out when it may.
                let seqs = conversation.flatMap(\.parts).compactMap { $0.mid.flatMap { order[$0] } }
                if seqs != seqs.sorted() {
                    let told = conversation.map { reply in
                        "\(reply.state.rawValue)/\(reply.reason?.rawValue ?? "-") attempts \(reply.attempts) "
                            + reply.parts.map { part in
                                "\(part.state.rawValue) #\(part.mid.flatMap { order[$0] } ?? 0) since \(part.sendingAt?.milliseconds ?? 0)"
                            }.joined(separator: ", ")
                    }
                    return "replies of a conversation went out as \(seqs): \(told)"
                }
            }
        }
        return nil
    }

    private func logsHoldNothing() -> String? {
        let log = world.log.text
        if log.contains(History.canary) { return "a text is in the log" }
        let ids = Set(history.written.flatMap { $0.message.senders.values })
        if let id = ids.first(where: { log.contains($0) }) { return "the patient id \(id.prefix(4))... is in the log" }
        return nil
    }

    private func connectionsOutliveMetasFaults() async throws -> String? {
        for practice in practices {
            let connection = try await (try world.store).read(practice.tenant) {
                try $0.connection(practice.connection)
            }
            if let connection, connection.state != .active {
                return "\(practice.account.username) is \(connection.state)"
            }
        }
        return nil
    }
}
