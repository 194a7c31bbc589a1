import Integrations
import MetaSandbox

@testable import Gateway

/// What patients do, and how Meta tells of it.
extension History {
    mutating func write(from person: String, to account: String, on channel: Integrations.Channel = .instagram) {
        let texts = ["hello", "I am in pain", "ok", "which way is it?"]
        let text = "\(History.canary) \(texts.randomElement(using: &random) ?? "")"
        let kinds = ["text", "text", "text", "image", "story_mention", "like_heart"]
        let kind = kinds.randomElement(using: &random) ?? "text"
        let content = SandboxContent(text: kind == "text" ? text : nil, kind: kind)
        if let message = try? world.sandbox.write(content, from: person, to: account, on: channel) {
            written.append(Written(message: message, account: account, channel: channel))
        }
        // Two messages in one microsecond would be one item: Meta's clock moves on.
        world.clock.advance(milliseconds: 3)
    }

    /// A button or an ice breaker.
    mutating func press(from person: String, to account: String) {
        if let message = try? world.sandbox.postback(
            title: "\(History.canary) Opening hours", payload: "HOURS", account: account, person: person)
        {
            written.append(Written(message: message, account: account, channel: .instagram))
        }
        world.clock.advance(milliseconds: 3)
    }

    /// Deliveries that gather go out as one batch.
    mutating func batch(to account: String) async {
        world.sandbox.pauseDeliveries(true)
        // Batches have a lane of their own: what is under way in the account's own lane must not be overtaken by one.
        await world.sandbox.drain()
        for _ in 0..<3 { write(from: somebody(), to: account) }
        world.sandbox.configure { $0.batchSize = 10 }
        world.sandbox.pauseDeliveries(false)
    }

    /// Somebody who writes more often than the machine may answer.
    mutating func chatter(from person: String, to account: String) async throws {
        for _ in 0..<History.loopGuard + 2 {
            write(from: person, to: account)
            try await settle()
        }
    }

    mutating func switchFault(_ account: String) {
        let every: [FaultName] = [
            .senderlessEditOnly, .senderlessEditWithMessage, .editBeforeMessage, .editWithSender, .senderlessRead,
            .duplicates, .reorder, .messageLookup500, .messageLookupEmpty, .conversationsEmpty, .throttle,
            .serverError, .lostAnswer, .late500, .echoMissing, .echoFirst, .code100, .truncatedAnswer, .slowAnswer,
        ]
        guard let name = every.randomElement(using: &random) else { return }
        let shares: [Double] = [0.3, 0.7, 1]
        let share = shares.randomElement(using: &random) ?? 1
        // Real milliseconds, of what is held back or slow: enough to be overtaken.
        let milliseconds: Int64? = [.reorder, .slowAnswer].contains(name) ? 15 : nil
        // Half of the time what one app tells is as it should be.
        let flows: [SandboxFlow?] = [nil, nil, .instagramLogin, .facebookPage]
        let isToldTwice = practice(account)?.isToldTwice ?? false
        let flow = isToldTwice ? flows.randomElement(using: &random) ?? nil : nil
        world.sandbox.switchOn(
            FaultRule(
                name, accountID: practice(account)?.account.id, flow: flow, share: share,
                remaining: Int.random(in: 1...6, using: &random), milliseconds: milliseconds))
    }

    /// Of the two apps that tell of one message, the one whose flow answers leaves the sender out.
    mutating func oneAppTellsWithoutSender() {
        for doctor in History.doctors where doctor.isToldTwice {
            world.sandbox.switchOn(
                FaultRule(
                    .senderlessEditOnly, accountID: practice(doctor.name)?.account.id, flow: doctor.flow, remaining: 1))
            write(from: stranger(), to: doctor.name)
        }
    }

    /// Faults end. By which ids a flow knows people is none of them: it stays as it is.
    func mend() {
        for name in FaultName.allCases where name != .flowsDiffer { world.sandbox.switchOff(name) }
    }

    mutating func kill(_ account: String) {
        guard connected.contains(account) else { return }
        _ = try? world.sandbox.killToken(account: account)
        killed.insert(account)
    }
}
