import Foundation
import Integrations
import TestSupport
import Testing

/// What cannot be read as HTTP, or breaks off, is refused as every request is that is wrong, and alarms nobody.
@Suite(.serialized, .hangLimit)
struct UnreadableRequestTests {
    private static let unreadable = [
        "no method": "G@T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a head beyond 32 KiB": """
        GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(
            (0..<4).map { "X-\($0): \(String(repeating: "x", count: 10_000))\r\n" }.joined())\r\n
        """,
        "two lengths": """
        POST /v1/tenants HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}.
        """,
        "another protocol": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "a delivery that breaks off": """
        POST /webhooks/meta HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r
        X-Hub-Signature-256: sha256=\(String(repeating: "00", count: 32))\r\n\r\n{"object"
        """,
    ]

    @Test func whatCannotBeReadIsRefusedWithAProblem() async throws {
        let clinic = try await Clinic()
        let process = try await clinic.start()
        var requests = Self.unreadable
        let post = "POST /v1/tenants HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(Clinic.adminKey)\r\n"
        requests["a chunk without a length"] = post + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n"
        requests["a body that breaks off"] = post + "Content-Length: 100\r\n\r\n{\"name\": \"Dr"
        for (name, request) in requests {
            let connection = try RawConnection(port: clinic.port)
            connection.send(Array(request.utf8))
            connection.endSending()
            let answer = connection.text { _ in false }
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(name): \(answer)")
            #expect(answer.contains("Content-Type: application/problem+json\r\n"), "\(name): \(answer)")
            let parts = answer.components(separatedBy: "\r\n\r\n")
            let body = try JSONValue.parse(Array(parts.last?.utf8 ?? "".utf8))
            #expect(body["status"]?.integer == 400 && body["detail"]?.string != nil, "\(name): \(answer)")
            #expect(answer.contains("Content-Length: \(parts.last?.utf8.count ?? 0)\r\n"), "\(name): \(answer)")
        }
        #expect(try await clinic.list("/v1/events").isEmpty)
        #expect(!process.output.contains("request failed") && !process.errors.contains("request failed"))
        #expect(process.isRunning)
    }
}
