import Foundation
import Integrations
import TestSupport
import Testing

/// Whoever switches sending is heard by every process.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .timeLimit(.minutes(5)))
struct SwitchedFleetTests {
    /// What is promised; milliseconds.
    private static let limit: Int64 = 2_000
    /// Other tests use the machine at the same time; a process that never hears fails all of the rounds.
    private static let rounds = 3

    @Test func sendingEndsAndGoesOnEverywhereWithinTwoSeconds() async throws {
        let fleet = try await Fleet(try await ServiceDatabase())
        let gateway = try await fleet.startGateway()
        let workers = [try await fleet.startWorker(), try await fleet.startWorker()]
        _ = try await fleet.shared([workers[0].id: 16, workers[1].id: 16])
        var doctors: [Doctor] = []
        for index in 0..<8 {
            doctors.append(try await fleet.clinic.connect("dr_\(index)", flow: "instagram_login"))
        }
        var (patients, times): ([String], [(off: Int64, on: Int64)]) = ([], [])
        repeat {
            try await write(fleet, doctors, &patients)
            _ = try await fleet.answered(atLeast: patients.count)
            let off = try await set(fleet, sending: false)
            // Written for as long as a process may still send, and somewhat longer.
            while try await fleet.now() < off + Self.limit + 1_000 { try await write(fleet, doctors, &patients) }
            let lastSent = try await sends(fleet).max() ?? 0
            let before = try await sends(fleet).count
            #expect(before < patients.count, "everything was sent although sending is off")
            let on = try await set(fleet, sending: true)
            #expect(try await fleet.answered(atLeast: patients.count) == patients.sorted())
            let firstSent = try await sends(fleet).dropFirst(before).min() ?? .max
            times.append((off: max(0, lastSent - off), on: max(0, firstSent - on)))
        } while max(times[times.count - 1].off, times[times.count - 1].on) > Self.limit && times.count < Self.rounds
        print(
            "switched sending: the last send came \(times.map(\.off)) ms after off, the first \(times.map(\.on)) after on"
        )
        let last = times[times.count - 1]
        #expect(last.off <= Self.limit && last.on <= Self.limit, "\(times)")
        try await fleet.stop([gateway] + workers.map(\.process))
    }

    private func write(_ fleet: Fleet, _ doctors: [Doctor], _ patients: inout [String]) async throws {
        for doctor in doctors {
            patients.append("patient_\(patients.count)")
            try await fleet.write(to: doctor, as: patients[patients.count - 1])
        }
    }

    /// - Returns: when the switch was acknowledged, by the machine's clock, which the sandbox uses as well.
    private func set(_ fleet: Fleet, sending: Bool) async throws -> Int64 {
        _ = try await fleet.clinic.service.put(
            "/v1/switches", ["sending": .bool(sending), "connecting": true, "processing": true])
        return try await fleet.now()
    }

    /// When each send was accepted, in their order.
    private func sends(_ fleet: Fleet) async throws -> [Int64] {
        try await fleet.clinic.sandbox.get("sends")["data"]?.array?.compactMap { $0["at"]?.integer } ?? []
    }
}
