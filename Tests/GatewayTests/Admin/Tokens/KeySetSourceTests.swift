import Foundation
import Integrations
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// A key set as it is read over real HTTP and from real files, by a clock that is set by hand.
@Suite(.hangLimit) struct KeySetSourceTests {
    private let clock = ManualClock(Timestamp(milliseconds: 1_790_000_000_000)) { _ in }
    private let log = CapturedLog()

    private func source(
        _ location: GatewayConfiguration.KeySetLocation, times: KeySetSchedule.Times = .url
    ) throws -> KeySetSource {
        KeySetSource(try KeySetReader(location), times: times, clock: clock, logger: log.logger)
    }

    private func pass(_ seconds: Int) { clock.advance(to: clock.now.adding(seconds: seconds)) }

    private func ids(_ keys: KeySet?) -> [String?]? { keys?.keys.map(\.id) }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "clariva-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test func aSetIsReadOnceHoweverManyNeedIt() async throws {
        let server = try await KeySetServer([try await TokenKey().entry])
        let source = try source(.url(server.url))
        let found = await withTaskGroup(of: [String?]?.self) { group in
            for _ in 0..<32 { group.addTask { ids(await source.keys(.use)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.allSatisfy { $0 == ["first"] } && found.count == 32)
        pass(599)
        #expect(ids(await source.keys(.use)) == ["first"] && server.count == 1)
        pass(1)
        #expect(ids(await source.keys(.use)) == ["first"] && server.count == 2)
        await server.end()
    }

    @Test func aKeyThatIsWithdrawnIsForgottenWithinTenMinutes() async throws {
        let server = try await KeySetServer([try await TokenKey().entry])
        let source = try source(.url(server.url))
        #expect(ids(await source.keys(.use)) == ["first"])
        server.publish([try await TokenKey(id: "second").entry])
        pass(599)
        #expect(ids(await source.keys(.use)) == ["first"])
        pass(1)
        #expect(ids(await source.keys(.use)) == ["second"])
        await server.end()
    }

    @Test func inventedKeysAskTheIssuerOnceAMinute() async throws {
        let server = try await KeySetServer([try await TokenKey().entry])
        let source = try source(.url(server.url))
        _ = await source.keys(.use)
        for _ in 0..<20 { _ = await source.keys(.unknownKey) }
        #expect(server.count == 1)
        pass(60)
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = await source.keys(.unknownKey) } }
        }
        #expect(server.count == 2)
        await server.end()
    }

    @Test func theLastGoodSetStaysWhereReadingFails() async throws {
        let key = try await TokenKey()
        let server = try await KeySetServer([key.entry])
        let source = try source(.url(server.url))
        #expect(ids(await source.keys(.use)) == ["first"])
        let large = TokenKey.set([["kty": "oct", "k": .string(String(repeating: "x", count: KeySetReader.limit))]])
        let failures: [(answer: KeySetServer.Answer, told: String)] = [
            (.init(status: 503), "HTTP 503"), (.init(status: 302, location: server.url), "HTTP 302"),
            (.init(body: Array("<html>".utf8)), "no JSON Web Key Set"), (.init(body: TokenKey.set([])), "no key"),
            (.init(body: large), "more than 256 KiB"),
        ]
        for (answer, told) in failures {
            server.answer(answer)
            pass(600)
            let before = server.count
            #expect(ids(await source.keys(.use)) == ["first"])
            #expect(server.count == before + 1)
            let lines = log.text.split(separator: "\n").filter { $0.contains("cannot be read") }
            #expect(lines.last?.contains(told) == true && lines.last?.hasPrefix("warning") == true)
            #expect(lines.last?.contains("the old ones stay") == true)
            // Not with each request.
            pass(59)
            #expect(ids(await source.keys(.use)) == ["first"] && server.count == before + 1)
        }
        server.publish([key.entry])
        pass(60)
        #expect(ids(await source.keys(.use)) == ["first"])
        #expect(log.text.split(separator: "\n").last?.contains("were read") == true)
        await server.end()
        pass(600)
        #expect(ids(await source.keys(.use)) == ["first"])
        #expect(!log.text.contains(server.url))
    }

    @Test func whereNothingWasEverReadItIsTriedAgainSoon() async throws {
        let server = try await KeySetServer([])
        let source = try source(.url(server.url))
        #expect(ids(await source.keys(.use)) == nil)
        server.publish([try await TokenKey().entry])
        pass(4)
        #expect(ids(await source.keys(.use)) == nil)
        pass(1)
        #expect(ids(await source.keys(.use)) == ["first"] && server.count == 2)
        #expect(log.text.contains("tokens are refused"))
        await server.end()
    }

    @Test func aFileIsReadAnewWithinSeconds() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "keys.json")
            let link = folder.appending(path: "link.json")
            try Data(TokenKey.set([try await TokenKey().entry])).write(to: file)
            // As secrets are mounted.
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
            for path in [file.path, link.path] {
                try Data(TokenKey.set([try await TokenKey().entry])).write(to: file)
                let source = try source(.file(path: path), times: .file)
                #expect(ids(await source.keys(.use)) == ["first"])
                try Data(TokenKey.set([try await TokenKey(id: "second").entry])).write(to: file)
                pass(1)
                #expect(ids(await source.keys(.use)) == ["first"])
                #expect(ids(await source.keys(.unknownKey)) == ["second"])
                try FileManager.default.removeItem(at: file)
                pass(10)
                #expect(ids(await source.keys(.use)) == ["second"])
                #expect(log.text.contains("the file cannot be read") && !log.text.contains(folder.path))
            }
        }
    }

    @Test func whatIsNoFileIsNotRead() async throws {
        try await withFolder { folder in
            let pipe = folder.appending(path: "pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [folder.path, pipe, folder.appending(path: "missing").path, "/dev/zero"] {
                await #expect(throws: KeySetFault.file) { try await KeySetReader(.file(path: path)).read() }
            }
            let large = folder.appending(path: "large.json")
            try Data(count: KeySetReader.limit + 1).write(to: large)
            await #expect(throws: KeySetFault.tooLarge) { try await KeySetReader(.file(path: large.path)).read() }
        }
    }

    @Test func doctorLooksAtTheSet() async throws {
        var configuration = GatewayConfiguration(encryptionKeys: [], webhookVerifyToken: Secret("verify"))
        #expect(await KeySetCheck().run(configuration).isEmpty)
        let key = try await TokenKey()
        let server = try await KeySetServer([key.entry])
        configuration.jwt = Provider.configuration(.url(server.url))
        #expect(await KeySetCheck().run(configuration) == [CheckResult("key set", .pass, "1 key")])
        server.publish([key.entry, try await TokenKey(id: nil).entry])
        #expect(await KeySetCheck().run(configuration).map(\.status) == [.warn])
        server.answer(.init(status: 404))
        let failed = try #require(await KeySetCheck().run(configuration).first)
        #expect(failed.status == .fail && failed.detail.contains("HTTP 404"))
        #expect(failed.fix?.contains("CLARIVA_JWT_JWKS") == true)
        configuration.jwt = Provider.configuration(.file(path: "/nowhere/keys.json"))
        let missing = try #require(await KeySetCheck().run(configuration).first)
        #expect(missing.status == .fail && missing.fix?.contains("path") == true)
        await server.end()
    }
}
