import Foundation
import Integrations
import MetaSandbox
import Synchronization
import TestSupport

/// Patients who write at a steady rate, whether or not anybody answers.
final class ChaosLoad: Sendable {
    private let control: SandboxControl
    private let doctors: [Doctor]
    private let plan: ChaosPlan
    private let state: Mutex<(random: SeededRandom, strangers: Int, asked: [ChaosHistory.Asked])>
    private let isOver = Atomic(false)

    init(_ control: SandboxControl, _ doctors: [Doctor], _ plan: ChaosPlan, _ random: SeededRandom) {
        self.control = control
        self.doctors = doctors
        self.plan = plan
        state = Mutex((random, 0, []))
    }

    /// What was written so far.
    var asked: [ChaosHistory.Asked] { state.withLock { $0.asked } }

    /// Nobody writes any more.
    func end() { isOver.store(true, ordering: .releasing) }

    /// Runs until ``end()``.
    func run() async throws {
        let start = ContinuousClock.now
        var written = 0
        while !isOver.load(ordering: .acquiring) {
            let seconds = start.duration(to: .now) / .seconds(1)
            while Double(written) < seconds * plan.messagesPerSecond {
                try write()
                written += 1
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func write() throws {
        let (doctor, person, channel) = state.withLock { state -> (Doctor, String, Channel) in
            let doctor = doctors[Int.random(in: doctors.indices, using: &state.random)]
            // The Page's own inbox is part of the Page flow.
            let isMessenger = doctor.flow == "facebook_page" && Int.random(in: 0..<8, using: &state.random) == 0
            let channel: Channel = isMessenger ? .messenger : .instagram
            if Int.random(in: 0..<3, using: &state.random) == 0 {
                state.strangers += 1
                return (doctor, "stranger_\(state.strangers)", channel)
            }
            let number = Int.random(in: 0..<plan.regulars, using: &state.random)
            return (doctor, "regular_\(doctor.username)_\(number)", channel)
        }
        let content = SandboxContent(text: "Wann haben Sie Zeit?")
        let message = try control.write(content, from: person, to: doctor.pageID, on: channel)
        let mid = message.mids.values.first ?? ""
        state.withLock {
            $0.asked.append(
                .init(account: message.account, person: person, channel: channel.rawValue, mid: mid))
        }
    }
}
