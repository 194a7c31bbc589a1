import Foundation
import Integrations
import TestSupport
import Testing

/// A worker that dies or is frozen: how soon another has its work, and what it does when it wakes.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
struct ReplacedWorkerTests {
    /// What is promised; milliseconds.
    private static let limit: Int64 = 10_000
    /// Other tests use the machine at the same time, and a worker that gets no processor is as good as frozen itself. A
    /// lease that is too long fails all of the rounds.
    private static let rounds = 3

    enum End: String, CaseIterable {
        case killed = "SIGKILL"
        case frozen = "SIGSTOP"

        var signal: Int32 { self == .killed ? SIGKILL : SIGSTOP }
    }

    @Test(arguments: End.allCases) func isReplacedWithinTenSeconds(_ end: End) async throws {
        let fleet = try await Fleet(try await ServiceDatabase())
        let gateway = try await fleet.startGateway()
        let survivor = try await fleet.startWorker()
        var victim = try await fleet.startWorker()
        _ = try await fleet.shared([survivor.id: 16, victim.id: 16])
        var doctors: [Doctor] = []
        for index in 0..<4 {
            doctors.append(try await fleet.clinic.connect("dr_\(index)", flow: "instagram_login"))
        }
        var (times, patients): ([Int64], [String]) = ([], [])
        while true {
            let began = try await fleet.now()
            victim.process.signal(end.signal)
            // What comes meanwhile waits for the next owner.
            for doctor in doctors {
                patients.append("patient_\(times.count)_\(doctor.username)")
                try await fleet.write(to: doctor, as: patients[patients.count - 1])
            }
            times.append(try await fleet.shared([survivor.id: 32]).at - began)
            #expect(try await fleet.answered(atLeast: patients.count) == patients.sorted())
            guard times[times.count - 1] > Self.limit, times.count < Self.rounds else { break }
            switch end {
            case .killed: victim = try await fleet.startWorker()
            case .frozen: victim.process.signal(SIGCONT)
            }
            _ = try await fleet.shared([survivor.id: 16, victim.id: 16])
        }
        print("\(end.rawValue): all shards had their new owner after \(times) ms by the database's clock")
        #expect(try #require(times.min()) <= Self.limit, "\(times)")
        if end == .frozen {
            // It wakes as one of two again, and has answered nobody a second time.
            victim.process.signal(SIGCONT)
            _ = try await fleet.shared([survivor.id: 16, victim.id: 16])
            #expect(try await fleet.answered(atLeast: patients.count) == patients.sorted())
            try await fleet.stop([victim.process])
        }
        try await fleet.stop([gateway, survivor.process])
    }

    /// A worker stands still when Meta has accepted its send. Its shards go to another, for which the outcome is unknown
    /// and stays so, because the conversation cannot be read. Then it wakes, and wants to write down what it knows.
    ///
    /// The control: without the epoch its late word is written down.
    @Test(arguments: [true, false]) func whatItWritesWhenItWakesTouchesNothing(_ hasEpoch: Bool) async throws {
        let fleet = try await Fleet(try await ServiceDatabase())
        let gateway = try await fleet.startGateway()
        var extra = ["CLARIVA_FAULT_POINT": "after_accepted:1:stop"]
        if !hasEpoch { extra["CLARIVA_FAULT_SWITCH"] = "no_epoch_check" }
        let sleeper = try await fleet.startWorker(extra)
        _ = try await fleet.shared([sleeper.id: 32])
        let doctor = try await fleet.clinic.connect("dr_wake", flow: "instagram_login")
        // Nothing else tells what became of the send: neither its echo nor a reading.
        try await fleet.clinic.sandbox.post("settings", ["echo_delay_ms": 3_600_000])
        for operation in ["conversation", "conversations"] {
            try await fleet.clinic.sandbox.post(
                "faults", ["name": "server_error", "operation": .string(operation)])
        }
        try await fleet.write(to: doctor, as: "anna")
        try await poll("a worker that stands still") { sleeper.process.isStopped ? () : nil }
        #expect(try await states(fleet) == ["sending sending"])

        let other = try await fleet.startWorker()
        _ = try await fleet.shared([other.id: 32])
        try await poll("an unknown outcome") {
            try await states(fleet) == ["unknown unknown"] ? () : nil
        }
        sleeper.process.signal(SIGCONT)
        // By then it has tried: its word is the first thing that it has to say, and its lease comes after that.
        _ = try await fleet.shared([sleeper.id: 16, other.id: 16])
        if hasEpoch {
            #expect(try await states(fleet) == ["unknown unknown"])
            // Who owns the conversation now finds out by reading it.
            _ = try await fleet.clinic.sandbox.send(.delete, "faults?name=server_error")
            try await poll("the outcome") {
                try await states(fleet) == ["sent sent read_back"] ? () : nil
            }
        } else {
            try await poll("the late word") {
                try await states(fleet) == ["sent sent sent"] ? () : nil
            }
        }
        #expect(try await fleet.answered(atLeast: 1) == ["anna"])
        try await fleet.stop([gateway, sleeper.process, other.process])
    }

    /// The states of each reply and of its part, and why one was sent.
    private func states(_ fleet: Fleet) async throws -> [String] {
        try await fleet.texts(
            """
            SELECT r.state || ' ' || p.state || CASE WHEN r.state = 'sent' THEN ' ' || r.reason ELSE '' END
            FROM replies r JOIN reply_parts p ON p.tenant_id = r.tenant_id AND p.reply_id = r.id
            """)
    }
}
