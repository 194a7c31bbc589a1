import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What nobody means to send is refused with its field, on both engines, and never fails the service.
@Suite(.everyEngine) struct InputTests {
    private func fields(_ answer: AdminDesk.Answer) -> [String?] {
        answer.json["errors"]?.array?.map { $0["field"]?.string } ?? []
    }

    @Test func controlCharactersAreRefusedInEveryText() async throws {
        try await AdminDesk.open { world, practice, desk in
            let tenant = "/tenants/\(practice.tenant)"
            let conversation = "\(tenant)/conversations/\(practice.tenant)"
            for mark in ["\u{0}", "\u{1}", "\u{7F}", "\u{85}"] {
                let word = "a\(mark)b"
                let made = try await desk.call(
                    .post, "/tenants",
                    [
                        "name": .string(word), "flow": .string(word), "timezone": .string("Europe/Berlin\(mark)"),
                        "locale": .string(word), "return_url": .string("https://practice.example/\(mark)"),
                    ])
                #expect(made.status == 422)
                #expect(Set(fields(made)) == ["name", "flow", "timezone", "locale", "return_url"])
                let key = try await desk.call(.post, "/api-keys", ["name": .string(word), "scope": .string(word)])
                #expect(key.status == 422 && Set(fields(key)) == ["name", "scope"])
                let text = try await desk.call(.post, "\(conversation)/messages", ["text": .string(word)])
                #expect(text.status == 422 && fields(text) == ["text"])
                let pause = try await desk.call(
                    .post, "\(conversation)/automation", ["state": .string(word), "until": .string(word)])
                #expect(pause.status == 422 && fields(pause) == ["state", "until"])
                let replay = try await desk.call(
                    .post, "/events/replay",
                    ["kind": .string(word), "instagram_page_id": .string(word), "state": .string(word)])
                #expect(replay.status == 422 && Set(fields(replay)) == ["kind", "instagram_page_id", "state"])
            }
            // In a query as well.
            for query in ["kind=a%00b", "instagram_page_id=%00", "kind=\(String(repeating: "x", count: 201))"] {
                let list = try await desk.call(.get, "/events?\(query)")
                #expect(list.status == 422 && fields(list).count == 1, "\(query)")
            }
            #expect(try await desk.call(.get, "/events?kind=message&instagram_page_id=1").status == 200)
        }
    }

    @Test func controlCharactersAreRefusedInRules() async throws {
        try await AdminDesk.open { _, practice, desk in
            let path = "/tenants/\(practice.tenant)/reply-rules"
            let refused = try await desk.call(
                .put, path,
                [
                    "rules": [
                        ["name": "a\u{0}b", "match": ["any": true], "text": "c\u{0}d"],
                        ["name": "e", "match": ["keywords": ["f\u{0}g"]], "text": "two\nlines\tare good"],
                        ["name": "h", "match": ["kinds": ["i\u{0}j"]], "text": "k"],
                    ]
                ])
            #expect(refused.status == 422)
            #expect(
                fields(refused) == [
                    "rules[0].name", "rules[0].text", "rules[1].match.keywords[0]", "rules[2].match.kinds[0]",
                ])
        }
    }

    @Test func timesBeyondTheCalendarAreRefused() async throws {
        try await AdminDesk.open { _, _, desk in
            for time in [
                "999999999999-01-01T00:00:00Z", "292277026597-01-01T00:00:00.000Z", "9999-12-31T23:59:59-23:00",
            ] {
                let list = try await desk.call(.get, "/events?received_after=\(time)")
                #expect(list.status == 422 && fields(list) == ["received_after"], "\(time)")
            }
            let key = try await desk.call(
                .post, "/api-keys", ["name": "n", "scope": "read", "expires_at": "99999999999-01-01T00:00:00Z"])
            #expect(key.status == 422 && fields(key) == ["expires_at"])
            #expect(try await desk.call(.get, "/events?received_after=9999-12-31T23:59:59Z").status == 200)
        }
    }

    /// Whatever slips through all checks and is refused by the database is the request's fault, not the service's.
    @Test func whatTheDatabaseRefusesIsNoFaultOfTheService() throws {
        #expect(Problem(known: StorageError(.data, "value"))?.status.code == 422)
        #expect(Problem(known: StorageError(.constraint, "key"))?.status.code == 409)
    }
}
