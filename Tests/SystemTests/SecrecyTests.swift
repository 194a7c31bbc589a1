import Foundation
import Integrations
import TestSupport
import Testing

/// No text, token, secret or patient's id leaves the service by a log line, a metric or an error answer.
@Suite(.serialized, .hangLimit)
struct SecrecyTests {
    static let text = "Canarytext Zahnschmerzen Donnerstag"
    static let answer = "Canaryanswer wir rufen zurueck"
    static let person = "canaryperson_anna"

    /// Each makes the service take another way through an error; the last ones end the sending of their doctor.
    static let faults: [JSONValue] = [
        ["name": "lost_answer", "operation": "send", "count": 1],
        ["name": "late_500", "operation": "send", "count": 1],
        ["name": "truncated_answer", "operation": "send", "count": 1],
        ["name": "server_error", "operation": "send", "count": 1],
        ["name": "code_100", "operation": "send", "count": 1], ["name": "senderless_edit_only", "count": 1],
        ["name": "message_lookup_500", "count": 2], ["name": "message_lookup_empty", "count": 1],
        ["name": "throttle", "operation": "send", "count": 1],
    ]

    @Test(arguments: ["instagram_login", "facebook_page"], TestEngine.allCases)
    func nothingSecretIsToldAnywhere(_ flow: String, _ engine: TestEngine) async throws {
        let database = try await engine == .postgres ? ServiceDatabase() : nil
        var extra = ["CLARIVA_LOG_LEVEL": "trace", "CLARIVA_UNKNOWN_HOLD_SECONDS": "3"]
        if let database { extra["CLARIVA_DATABASE_URL"] = database.url }
        let clinic = try await Clinic(extra: extra)
        let process = try await clinic.start()
        let doctor = try await clinic.connect("dr_secret", flow: flow, reply: Self.answer)
        var forbidden = [
            Self.text, "Zahnschmerzen", Self.answer, "Canaryanswer", Self.person, "canaryperson", Clinic.adminKey,
            Clinic.instagramSecret, Clinic.facebookSecret, Clinic.verifyToken,
            Data(repeating: 7, count: 32).base64EncodedString(),
        ]
        for (index, fault) in Self.faults.enumerated() {
            forbidden += try await spoil(fault, clinic, doctor, "\(Self.person)_\(index)", count: index + 1)
        }
        let dying = try await clinic.connect("dr_dying", flow: flow, reply: Self.answer)
        forbidden += try await spoil(
            ["name": "token_dead", "operation": "send", "account": "dr_dying"], clinic, dying, Self.person, count: 1)
        #expect(forbidden.count == 11 + Self.faults.count + 1)
        if let database { forbidden += try await refuse(database, clinic, doctor, process) }

        var told: [(String, String)] = try await errorAnswers(clinic, doctor)
        told.append(("/metrics", String(decoding: try await clinic.service.send(.get, "/metrics").body, as: UTF8.self)))
        process.signal(SIGTERM)
        #expect(try await process.exitStatus() == 0)
        told.append(("standard output", process.output))
        told.append(("standard error", process.errors))
        for (place, content) in told {
            #expect(!content.isEmpty || place == "standard error", "\(place) tells nothing at all")
            for secret in forbidden where content.contains(secret) {
                for line in content.split(separator: "\n") where tells(line, secret) {
                    Issue.record("\(place) tells a secret: \(line.prefix(400))")
                }
            }
            // Access tokens of either flow, and the one-time token of a connect link.
            for match in content.matches(of: /(IGAA|EAA)[A-Za-z0-9_-]{20,}|\/connect\/[A-Za-z0-9_-]{20,}/) {
                Issue.record("\(place) tells a token: \(match.0.prefix(12))...")
            }
        }
        #expect(process.output.contains(doctor.pageID), "the log tells of the account: the search itself works")
        #expect(process.output.matches(of: /reply not sent/).count >= 6, "the faults were met")
        if let database {
            try tablesTellNothing(database, forbidden)
        } else {
            try diskTellsNothing(clinic, forbidden)
        }
    }

    /// A patient's id is digits: those of a fraction, such as a sum of seconds, are none.
    private func tells(_ line: Substring, _ secret: String) -> Bool {
        guard secret.allSatisfy(\.isNumber) else { return line.contains(secret) }
        return line.ranges(of: secret).contains { range in
            !line[..<range.lowerBound].contains(/\d\.\d*$/)
        }
    }

    /// The database ends all connections, and then refuses a message in words that quote the whole row.
    /// - Returns: the patient's id, and the password in the database's address.
    private func refuse(
        _ database: ServiceDatabase, _ clinic: Clinic, _ doctor: Doctor, _ process: ChildProcess
    ) async throws -> [String] {
        try database.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'clariva_app'
            """)
        try database.run("ALTER TABLE messages ADD CONSTRAINT refused CHECK (kind = 'none') NOT VALID")
        let written = try await clinic.sandbox.post(
            "messages",
            ["account": .string(doctor.username), "person": "canaryperson_refused", "text": .string(Self.text)])
        try await poll("a word about the refused message") {
            process.output.contains("constraint refused") ? () : nil
        }
        try database.run("ALTER TABLE messages DROP CONSTRAINT refused")
        let password = try #require(URLComponents(string: database.url)?.password)
        return [try #require(written["sender_ids"]?[doctor.flow]?.string), password]
    }

    /// Neither as they are nor in the form in which PostgreSQL prints bytes.
    private func tablesTellNothing(_ database: ServiceDatabase, _ forbidden: [String]) throws {
        let tables = TenantTables.all.union(TenantTables.global)
        let content = try tables.map { try database.run("SELECT t::text FROM \($0) t").joined(separator: "\n") }
            .joined(separator: "\n")
        #expect(content.contains(Self.answer), "the search itself works")
        // A reply's text also stands in the rules, in the clear.
        for secret in forbidden where secret != Self.answer && secret != "Canaryanswer" {
            let bytes = secret.utf8.map { String(format: "%02x", $0) }.joined()
            #expect(!content.contains(secret) && !content.contains(bytes), "a table holds a secret in the clear")
        }
    }

    /// Switches a fault on and lets a patient write into it.
    /// - Parameter count: how many replies the doctor then has.
    /// - Returns: the patient's id.
    private func spoil(
        _ fault: JSONValue, _ clinic: Clinic, _ doctor: Doctor, _ person: String, count: Int
    ) async throws -> [String] {
        try await clinic.sandbox.post("faults", fault)
        let written = try await clinic.sandbox.post(
            "messages",
            ["account": .string(doctor.username), "person": .string(person), "text": .string(Self.text)])
        try await poll("an attempt to answer message \(count) of \(doctor.username)") { () -> Void? in
            let replies = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
            let attempted = replies.filter { reply in
                !["composing", "sending"].contains(reply["state"]?.string)
                    // What was throttled does not count as an attempt.
                    && ((reply["attempts"]?.integer ?? 0) > 0 || reply["reason"]?.string == "throttled")
            }
            return attempted.count >= count ? () : nil
        }
        return [written["sender_ids"]?[doctor.flow]?.string].compactMap(\.self)
    }

    /// What goes wrong because of a caller.
    private func errorAnswers(_ clinic: Clinic, _ doctor: Doctor) async throws -> [(String, String)] {
        let json = [(name: "Content-Type", value: "application/json")]
        let text = Self.text
        let tenant = "/v1/tenants/\(doctor.tenant)"
        let requests: [(HTTPRequest.Method, String, String?)] = [
            (.post, "/v1/tenants", "{\"name\": 5, \"flow\": \"\(text)\"}"), (.post, "/v1/tenants", "{\"\(text)"),
            (.post, "/v1/tenants", "[\"\(text)\"]"), (.put, "\(tenant)/reply-rules", "{\"rules\": \"\(text)\"}"),
            (
                .put, "\(tenant)/reply-rules",
                "{\"rules\": [{\"name\": \"\", \"match\": {\"any\": 7}, \"text\": \"\(text)\"}]}"
            ),
            (.post, "\(tenant)/conversations/none/messages", "{\"text\": \"\(text)\"}"),
            (.post, "\(tenant)/connect-links", "{\"return_url\": \"https://\(Self.person).example/\"}"),
            (.get, "/connect/IGAAcanarytokencanarytokencanary", nil),
            (.get, "/oauth/instagram_login/callback?code=\(Self.person)&state=\(Self.person)", nil),
            (.get, "/v1/events?state=\(Self.person)", nil), (.get, "/v1/events?cursor=\(Self.person)", nil),
            (.post, "/webhooks/meta", "{\"text\": \"\(text)\"}"),
        ]
        var answers: [(String, String)] = []
        for (method, path, body) in requests {
            let answer = try await clinic.service.send(method, path, headers: json, body: body.map { Array($0.utf8) })
            #expect((400..<500).contains(answer.status), "\(method) \(path) is answered \(answer.status)")
            answers.append(
                (
                    "the answer to \(method) \(path.split(separator: "?")[0])",
                    String(decoding: answer.body, as: UTF8.self)
                ))
        }
        return answers
    }

    private func diskTellsNothing(_ clinic: Clinic, _ forbidden: [String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: clinic.folder.path) where name.contains(".db") {
            let bytes = try Data(contentsOf: clinic.folder.appending(path: name))
            for secret in forbidden where secret != Self.answer && secret != "Canaryanswer" {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name) holds a secret in the clear")
            }
        }
    }
}
