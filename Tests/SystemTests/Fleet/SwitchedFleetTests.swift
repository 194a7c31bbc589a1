import Foundation
import Integrations
import TestSupport
import Testing

/// Whoever switches something is heard by every process.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
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

    /// For all and for one practice, switched at one gateway and heard at the other.
    @Test func connectingEndsAndGoesOnAtEveryGateway() async throws {
        let fleet = try await Fleet(try await ServiceDatabase())
        let (port, otherPort) = (fleet.clinic.port, try FreePort.take())
        let gateways = [
            try await fleet.startGateway(), try await fleet.startGateway(["CLARIVA_HTTP_PORT": String(otherPort)]),
        ]
        let service = fleet.clinic.service
        func page(_ name: String) async throws -> (tenant: String, url: String) {
            let tenant = try await service.post("/v1/tenants", ["name": .string(name), "flow": "instagram_login"])
            let id = tenant["id"]?.string ?? ""
            let url = try await service.post("/v1/tenants/\(id)/connect-links")["url"]?.string ?? ""
            return (id, url.replacing(":\(port)/", with: ":\(otherPort)/"))
        }
        let (one, other) = (try await page("Praxis Nord"), try await page("Praxis Süd"))
        for (path, concerned) in [("/v1/switches", [one, other]), ("/v1/tenants/\(one.tenant)/switches", [one])] {
            for (isOn, status) in [(false, 503), (true, 200)] {
                var times: [Int64] = []
                repeat {
                    // Back to where it was, for another round.
                    try await set(fleet, path, ["connecting": .bool(!isOn)])
                    for link in concerned { try await heard(link.url, isOn ? 503 : 200, service) }
                    try await set(fleet, path, ["connecting": .bool(isOn)])
                    let began = ContinuousClock.now
                    for link in concerned { try await heard(link.url, status, service) }
                    times.append(Int64(began.duration(to: .now) / .milliseconds(1)))
                } while times[times.count - 1] > Self.limit && times.count < Self.rounds
                #expect(times[times.count - 1] <= Self.limit, "\(path) \(isOn): \(times)")
                let unconcerned = try await service.send(.get, other.url).status
                #expect(unconcerned == (concerned.count == 2 ? status : 200))
            }
        }
        try await fleet.stop(gateways)
    }

    private func heard(_ url: String, _ status: Int, _ service: HTTPClient) async throws {
        _ = try await poll("\(status) at \(url.prefix(40))", every: .milliseconds(50)) {
            try await service.send(.get, url).status == status ? true : nil
        }
    }

    /// Of all practices, or of one while the others go on; switched at a gateway that takes no webhook in.
    @Test(arguments: [("processing", true), ("processing", false), ("sending", false)])
    func whatIsSwitchedOffEndsWhereItIsMeantWithinTwoSeconds(_ name: String, ofAll: Bool) async throws {
        let fleet = try await Fleet(try await ServiceDatabase())
        let otherPort = try FreePort.take()
        let gateways = [
            try await fleet.startGateway(), try await fleet.startGateway(["CLARIVA_HTTP_PORT": String(otherPort)]),
        ]
        let workers = [try await fleet.startWorker(), try await fleet.startWorker()]
        _ = try await fleet.shared([workers[0].id: 16, workers[1].id: 16])
        let doctors = [
            try await fleet.clinic.connect("dr_one", flow: "instagram_login"),
            try await fleet.clinic.connect("dr_two", flow: "facebook_page"),
        ]
        var patients: [String] = []
        var (early, isInTime) = (0, false)
        let practice = ofAll ? "" : "/tenants/\(doctors[0].tenant)"
        let path = "http://127.0.0.1:\(otherPort)/v1\(practice)/switches"
        let concerned = ofAll ? doctors.count : 1
        repeat {
            let off = try await set(fleet, path, [name: false])
            var (late, others): (Set<String>, Set<String>) = ([], [])
            while try await fleet.now() < off + Self.limit + 1_500 {
                let isLate = try await fleet.now() > off + Self.limit
                try await write(fleet, doctors, &patients)
                let fresh = patients.suffix(doctors.count)
                if isLate { late.formUnion(fresh.prefix(concerned)) }
                others.formUnion(fresh.dropFirst(concerned))
            }
            let expected = others
            _ = try await poll("the other practice's answers", every: .milliseconds(200)) {
                try await expected.isSubset(of: self.answered(fleet)) ? true : nil
            }
            // Where nobody goes on, no other answer shows that the late ones were looked at.
            if ofAll { try await takenUp(patients.count, fleet) }
            early = try await late.intersection(answered(fleet)).count
            isInTime = early == 0 && !late.isEmpty
            try await set(fleet, path, [name: true])
            #expect(try await fleet.answered(atLeast: patients.count) == patients.sorted())
        } while !isInTime && patients.count < 5_000
        #expect(isInTime, "\(early) were answered that came two seconds after off")
        try await fleet.stop(gateways + workers.map(\.process))
    }

    /// Waits until so many messages were processed or parked, and every reply to one of them is sent.
    private func takenUp(_ messages: Int, _ fleet: Fleet) async throws {
        let waiting = """
            SELECT 'waits'::text WHERE
                EXISTS (SELECT 1 FROM replies WHERE state IN ('composing', 'queued', 'sending', 'unknown'))
                OR (SELECT count(*) FROM events WHERE kind = 'message' AND state <> 'received') < \(messages)
            """
        _ = try await poll("all messages to be taken up", every: .milliseconds(200)) {
            try await fleet.texts(waiting).isEmpty ? true : nil
        }
    }

    private func answered(_ fleet: Fleet) async throws -> Set<String> {
        let sends = try await fleet.clinic.sandbox.get("sends")["data"]?.array ?? []
        return Set(sends.compactMap { $0["person"]?.string })
    }

    private func write(_ fleet: Fleet, _ doctors: [Doctor], _ patients: inout [String]) async throws {
        for doctor in doctors {
            patients.append("patient_\(patients.count)")
            try await fleet.write(to: doctor, as: patients[patients.count - 1])
        }
    }

    /// - Returns: when the switch was acknowledged, by the machine's clock, which the sandbox uses as well.
    private func set(_ fleet: Fleet, sending: Bool) async throws -> Int64 {
        try await set(fleet, "/v1/switches", ["sending": .bool(sending)])
    }

    /// - Parameter changes: what is not on, or is on again.
    /// - Returns: as ``set(_:sending:)``.
    @discardableResult
    private func set(_ fleet: Fleet, _ path: String, _ changes: [String: JSONValue]) async throws -> Int64 {
        var switches: JSONObject = ["sending": true, "connecting": true, "processing": true]
        for (name, value) in changes { switches[name] = value }
        try await fleet.clinic.service.put(path, .object(switches))
        return try await fleet.now()
    }

    /// When each send was accepted, in their order.
    private func sends(_ fleet: Fleet) async throws -> [Int64] {
        try await fleet.clinic.sandbox.get("sends")["data"]?.array?.compactMap { $0["at"]?.integer } ?? []
    }
}
