import Foundation
import Integrations
import TestSupport
import Testing

/// Several requests on one connection, deliveries among them: each is answered, in the order in which they came.
@Suite(.serialized, .hangLimit)
struct PipelinedRequestTests {
    private func delivery(_ body: [UInt8], signature: String? = nil, more: String = "") throws -> [UInt8] {
        Array(
            """
            POST /webhooks/meta HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r
            Content-Length: \(body.count)\r\nX-Hub-Signature-256: \(try signature ?? Clinic.signature(body))\r\n\(more)\r\n
            """.utf8) + body
    }

    private func get(_ path: String) -> [UInt8] { Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8) }

    private func body(_ number: Int) -> [UInt8] {
        Array(#"{"object":"instagram","entry":[{"id":"1","messaging":[{"message":{"mid":"m\#(number)"}}]}]}"#.utf8)
    }

    private func statuses(_ text: String) -> [Int] {
        text.split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
    }

    @Test func answersInTheOrderInWhichRequestsCame() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        let connection = try RawConnection(port: clinic.port)
        let large = body(5) + [UInt8](repeating: 32, count: 300 << 10)
        let requests: [(bytes: [UInt8], status: Int)] = [
            (try delivery(body(1)), 200), (get("/healthz"), 200), (try delivery(body(2)), 200),
            (try delivery(body(3), signature: "sha256=" + String(repeating: "00", count: 32)), 401),
            (get("/nothing"), 404), (try delivery(body(4), signature: "none"), 401), (try delivery(large), 200),
            (get("/healthz"), 200), (try delivery(body(6)), 200), (try delivery(body(1)), 200),
            (try delivery(body(7), more: "Connection: close\r\n"), 200),
        ]
        connection.send(requests.flatMap(\.bytes))
        // The last one asks to close: reading ends there, not by a count.
        let answers = connection.text { _ in false }
        #expect(statuses(answers) == requests.map(\.status))
        #expect(answers.lowercased().components(separatedBy: "\r\ndate: ").count - 1 == requests.count)
        #expect(try await clinic.list("/v1/events").count == 5)
        #expect(process.isRunning)
    }

    @Test func answersADeliveryWhoseSenderHasEndedItsSide() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        let connection = try RawConnection(port: clinic.port)
        connection.send(try delivery(body(1)))
        connection.endSending()
        #expect(statuses(connection.text { _ in false }) == [200])
        #expect(try await clinic.list("/v1/events").count == 1)
        #expect(process.isRunning)
    }

    @Test func aDeliveryThatArrivesByteByByteIsOne() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        let connection = try RawConnection(port: clinic.port)
        for byte in try delivery(body(1)) { connection.send([byte]) }
        #expect(statuses(connection.text { statuses($0).count == 1 }) == [200])
        #expect(process.isRunning)
    }

    @Test func anIdleConnectionDoesNotKeepTheServiceFromEnding() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        let connection = try RawConnection(port: clinic.port)
        connection.send(try delivery(body(1)))
        #expect(statuses(connection.text { statuses($0).count == 1 }) == [200])
        process.signal(SIGTERM)
        #expect(try await process.exitStatus() == 0)
    }
}
