import Foundation
import Integrations
import Synchronization

/// What every scene plays on: both APIs, the transcript, and the books in which each expected reply is entered.
final class DemoStage: Sendable {
    /// One person towards one account.
    struct Pair: Sendable, Hashable {
        var account: String
        var person: String
    }

    private struct Books: Sendable {
        var doctors: [String: DemoDoctor] = [:]
        /// How many replies each person must have got in the end: not one more, not one less.
        var expected: [Pair: Int] = [:]
        var faults: [String] = []
        /// What no log may hold.
        var confidential: Set<String> = []
        var logs: [URL] = []
    }

    let service: DemoService
    let sandbox: DemoSandbox
    let transcript: DemoTranscript
    let transport: CurlTransport
    private let books = Mutex(Books())

    init(service: DemoService, sandbox: DemoSandbox, transcript: DemoTranscript, transport: CurlTransport) {
        self.service = service
        self.sandbox = sandbox
        self.transcript = transcript
        self.transport = transport
    }

    /// Enters a connected doctor, or what is newly known of one.
    func enter(_ doctor: DemoDoctor) {
        books.withLock { $0.doctors[doctor.username] = doctor }
    }

    /// A connected doctor.
    /// - Throws: ``DemoFailure`` where connecting has not worked.
    func connected(_ doctor: DemoDoctor) throws -> DemoDoctor {
        guard let known = books.withLock({ $0.doctors[doctor.username] }) else {
            throw DemoFailure("\(doctor.username) is not connected")
        }
        return known
    }

    /// Every doctor that was entered.
    var doctors: [DemoDoctor] { books.withLock { $0.doctors.values.sorted { $0.username < $1.username } } }

    /// Enters replies that a person must get.
    func expect(_ replies: Int, to person: String, from doctor: DemoDoctor) {
        books.withLock { $0.expected[Pair(account: doctor.instagramPageID, person: person), default: 0] += replies }
    }

    var expected: [Pair: Int] { books.withLock { $0.expected } }

    /// Notes what must never be in a log.
    func keepSecret(_ text: String) {
        books.withLock { _ = $0.confidential.insert(text) }
    }

    var confidential: Set<String> { books.withLock { $0.confidential } }

    /// Enters the files with the processes' log records.
    func enter(logs: [URL]) {
        books.withLock { $0.logs = logs }
    }

    var logs: [URL] { books.withLock { $0.logs } }

    /// Something that has to hold; what does not is told at once and breaks the scene.
    func check(_ holds: Bool, _ what: @autoclosure () -> String) {
        guard !holds else { return }
        let text = what()
        books.withLock { $0.faults.append(text) }
        transcript.line(.fault, "BROKEN", text)
    }

    /// The faults since the last call.
    func takeFaults() -> [String] {
        books.withLock { books in
            defer { books.faults = [] }
            return books.faults
        }
    }
}

extension DemoStage {
    /// A patient writes; the line is told and the text kept for the look into the logs.
    @discardableResult
    func write(_ text: String, from person: String, to doctor: DemoDoctor, told: String? = nil) async throws -> String {
        keepSecret(text)
        let mid = try await sandbox.write(text, from: person, to: doctor.username)
        transcript.line(.patient, person, "to \(doctor.username): “\(text)”" + (told.map { " (\($0))" } ?? ""))
        return mid
    }

    /// Waits until every event of a message has come to its end, and tells how.
    /// - Parameter count: how many events there must be.
    func settledEvents(
        of mid: String, to doctor: DemoDoctor, count: Int = 1, within limit: Duration = .seconds(15)
    ) async throws -> [DemoService.Event] {
        try await until("\(count) events of a message to \(doctor.username) are done", within: limit) {
            let events = try await service.events(ofMessage: mid, tenant: doctor.tenantID)
            return events.count >= count && events.allSatisfy(\.isDone) ? events : nil
        }
    }

    /// Waits for a person's replies to be as many as the books say, and tells the newest ones.
    /// - Parameter count: how many of them are new.
    @discardableResult
    func replies(_ count: Int, to person: String, from doctor: DemoDoctor) async throws -> [DemoSandbox.Send] {
        let total = expected[Pair(account: doctor.instagramPageID, person: person)] ?? 0
        let sends = try await until("\(person) has \(total) replies of \(doctor.username)", within: .seconds(25)) {
            let sends = try await sandbox.sends(account: doctor.instagramPageID, person: person)
            return sends.count >= total ? sends : nil
        }
        check(sends.count == total, "\(person) has \(sends.count) replies of \(doctor.username) instead of \(total)")
        let newest = Array(sends.suffix(count))
        for send in newest { transcript.line(.reply, doctor.username, "to \(person): “\(send.text)”") }
        return newest
    }

    /// Waits until the sends of a tenant have all settled.
    func settledReplies(of doctor: DemoDoctor) async throws -> [JSONValue] {
        try await until("the replies of \(doctor.username) have settled") {
            let replies = try await service.replies(of: doctor.tenantID)
            let open = replies.contains { reply in
                ["composing", "queued", "sending", "unknown"].contains(reply["state"]?.string ?? "")
            }
            return open ? nil : replies
        }
    }
}
