import Foundation
import Integrations
import TestSupport
import Testing

/// A practice ends at one process, and the other one stops working for it.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
struct ErasureProcessTests {
    @Test func everyProcessForgetsADeletedPractice() async throws {
        let database = try await ServiceDatabase()
        let clinic = try await Clinic(extra: ["CLARIVA_DATABASE_URL": database.url])
        let first = try await clinic.start()
        let port = try FreePort.take()
        let second = try ChildProcess(
            ["serve"], environment: clinic.environment.merging(["CLARIVA_HTTP_PORT": String(port)]) { $1 },
            folder: clinic.folder)
        _ = try await second.listeningPort()
        let other = HTTPClient(
            "http://127.0.0.1:\(port)", headers: [("Authorization", "Bearer \(Clinic.adminKey)")],
            transport: try CurlTransport())

        let doctor = try await clinic.connect("dr_end", flow: "instagram_login")
        let stays = try await clinic.connect("dr_stays", flow: "instagram_login")
        for account in ["dr_end", "dr_stays"] {
            try await clinic.sandbox.post(
                "messages", ["account": .string(account), "person": "anna", "text": "Guten Tag"])
        }
        _ = try await poll("both answers") {
            try await clinic.sandbox.get("sends")["data"]?.array?.count == 2 ? true : nil
        }
        let path = "/v1/tenants/\(doctor.tenant)/conversations"
        // Now it has the keys in memory.
        #expect(try await other.send(.get, path).status == 200)
        let asked = try await clinic.service.send(.delete, "/v1/tenants/\(doctor.tenant)")
        #expect(asked.status == 202)
        let receipt = try #require(try JSONValue.parse(asked.body)["id"]?.string)
        #expect(try await clinic.service.send(.get, path).status == 404)
        _ = try await poll("the other process") {
            try await other.send(.get, path).status == 404 ? true : nil
        }
        // What Meta sends all the same is acknowledged there, and nobody's.
        let body = Array(
            """
            {"object":"instagram","entry":[{"id":"\(doctor.pageID)","time":1,"messaging":[\
            {"sender":{"id":"17990000000000077"},"recipient":{"id":"\(doctor.pageID)"},"timestamp":1,\
            "message":{"mid":"late","text":"zu spät"}}]}]}
            """.utf8)
        let signature = try Clinic.signature(body)
        let late = try await other.send(
            .post, "/webhooks/meta", headers: [("X-Hub-Signature-256", signature)], body: body)
        #expect(late.status == 200)
        _ = try await poll("the unrouted event") {
            try await clinic.list("/v1/events?instagram_page_id=\(doctor.pageID)&reason=unrouted").count == 1
                ? true : nil
        }
        _ = try await poll("the receipt", every: .milliseconds(200)) {
            try await clinic.service.get("/v1/erasures/\(receipt)")["state"]?.string == "done" ? true : nil
        }
        #expect(try database.run("SELECT length(key_id) FROM tenants WHERE id = '\(doctor.tenant)'") == ["0"])
        #expect(try database.run("SELECT count(*) FROM events WHERE tenant_id = '\(doctor.tenant)'") == ["0"])
        // The other practice goes on.
        try await clinic.sandbox.post("messages", ["account": "dr_stays", "person": "bert", "text": "Guten Tag"])
        _ = try await poll("one more answer") {
            try await clinic.sandbox.get("sends?account=dr_stays")["data"]?.array?.count == 2 ? true : nil
        }
        #expect(try await other.send(.get, "/v1/tenants/\(stays.tenant)/conversations").status == 200)
        #expect(first.isRunning && second.isRunning)
        let verified = try ChildProcess(["audit", "verify"], environment: clinic.environment, folder: clinic.folder)
        #expect(try await verified.exitStatus() == 0)
        #expect(verified.output.contains(doctor.tenant))
    }
}
