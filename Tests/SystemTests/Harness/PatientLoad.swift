import Integrations
import Synchronization

/// Patients who write one after the other, each once, for as long as it goes on; a few are always waiting for their answer.
final class PatientLoad: Sendable {
    private let clinic: Clinic
    private let account: String
    private let written = Mutex(0)
    private let isOver = Mutex(false)

    /// How many wait for their answers at most before the next one writes.
    private static let waiting = 4

    init(_ clinic: Clinic, account: String) {
        self.clinic = clinic
        self.account = account
    }

    /// Writes until ``end()``, then waits until everybody was answered.
    func run() async throws {
        while !isOver.withLock({ $0 }) {
            let number = written.withLock { written in
                written += 1
                return written
            }
            try await clinic.sandbox.post(
                "messages",
                [
                    "account": .string(account), "person": .string("person_\(number)"),
                    "text": .string("Frage \(number)"),
                ])
            try await waitForSends(number - Self.waiting)
        }
        try await waitForSends(written.withLock { $0 })
    }

    func end() { isOver.withLock { $0 = true } }

    /// Returns when so many more were answered.
    func more(_ count: Int) async throws { try await waitForSends(try await sends().count + count) }

    private func waitForSends(_ count: Int) async throws {
        _ = try await poll("\(count) answers", within: .seconds(150)) {
            try await self.sends().count >= count ? true : nil
        }
    }

    /// What the service sent and Meta accepted.
    func sends() async throws -> [JSONValue] {
        try await clinic.sandbox.get("sends?account=\(account)")["data"]?.array ?? []
    }
}
