import MetaSandbox
import Tenancy

@testable import Gateway
@testable import MetaSandbox

/// Meta fails, or a single tenant does: what the service must tell apart.
extension History {
    /// Meta fails for every account of one app at once, for a while: its sending stops, and no connection is blamed.
    mutating func burst() async throws {
        try await becalm()
        let flow: SandboxFlow = Bool.random(using: &random) ? .instagramLogin : .facebookPage
        let members = connected.sorted().filter { practice($0)?.flow == flow }
        // Where sending has stopped before, its next trial may fall into the time that is looked at.
        guard members.count >= Self.burstAccounts, try world.process.pipeline.breakers.open(for: .send).isEmpty else {
            return
        }
        let faults: [FaultName] = [.tokenDead, .code100]
        let fault = world.sandbox.switchOn(FaultRule(faults.randomElement(using: &random) ?? .tokenDead, flow: flow))
        let (before, began) = (try await states(), world.clock.now)
        for account in members { write(from: stranger(), to: account) }
        try await settle()
        // A reply that waits for its patient's address has sent nothing, and neither has a message that Meta could not hand
        // over at once: where too few have failed, nobody can tell Meta from tenants.
        var failing = 0
        for practice in members.compactMap(practice) {
            let newest = try await world.replies(practice).last
            if let newest, newest.createdAt >= began, newest.attempts > 0 { failing += 1 }
        }
        guard failing >= Self.burstAccounts else {
            world.sandbox.switchOff(id: fault.id)
            // It was right to believe it of so few.
            for account in members { try await reconnect(account) }
            return
        }
        let calls = sendCalls(flow)
        try await pass(seconds: 20)
        let more = sendCalls(flow) - calls
        if more > 0 { seen[8] = "\(more) sends while Meta fails (\(fault.name))" }
        for (name, state) in try await states() where before.contains(where: { $0 == (name, .active) }) {
            if state != .active { seen[8] = "\(name) is \(state) because Meta fails (\(fault.name))" }
        }
        world.sandbox.switchOff(id: fault.id)
    }

    /// One account's token dies while Meta works: that connection is taken out of service, and no other.
    mutating func oneTokenDies(_ account: String) async throws {
        guard connected.contains(account), sabotage != .mixesTenants else { return }
        try await becalm()
        let before = try await states()
        kill(account)
        write(from: stranger(), to: account)
        try await settle()
        for (old, new) in zip(before, try await states()) {
            let expected = old.name == account ? Connection.State.reconnectRequired : old.state
            if new.state != expected { seen[8] = "\(new.name) is \(new.state): the token of \(account) died" }
        }
    }

    /// Meta's outage of July 2026 hits one call of one account, which stays connected.
    mutating func oneSendIsUnsupported(_ account: String) async throws {
        guard let practice = practice(account), connected.contains(account), !killed.contains(account) else { return }
        world.sandbox.switchOn(
            FaultRule(.code100, accountID: practice.account.id, operation: "send", remaining: 1))
        write(from: stranger(), to: account)
        try await settle()
    }

    /// Nothing fails, everybody is connected, and what lately failed is forgotten.
    private mutating func becalm() async throws {
        mend()
        for account in connected.sorted() { try await reconnect(account) }
        world.clock.advance(milliseconds: 120_000)
        try await settle()
        for _ in 0..<5 {
            // Where sending has stopped it is a send that works which lets it begin again.
            let stopped = try Set(world.process.pipeline.breakers.open(for: .send).keys)
            for app in stopped {
                let account = connected.sorted().first { practice($0)?.flow.app == app }
                if let account { write(from: stranger(), to: account) }
            }
            try await settle()
            world.clock.advance(milliseconds: Int64(FaultBreaker.window + 1) * 1000)
            if stopped.isEmpty { break }
        }
        try await settle()
    }

    private func pass(seconds: Int) async throws {
        let end = world.clock.now.adding(seconds: seconds)
        while let next = try await settle(), next <= end { world.clock.advance(to: next) }
        world.clock.advance(to: end)
        try await settle()
    }

    /// How often the service has called for a message to be sent.
    private func sendCalls(_ flow: SandboxFlow) -> Int {
        world.sandbox.apply { $0.calls["\(flow.rawValue) send", default: 0] }
    }
}
