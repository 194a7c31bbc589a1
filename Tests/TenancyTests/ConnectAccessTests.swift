import Cryptography
import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct ConnectAccessTests {
    private let browser = SHA256.digest(Array("cookie".utf8))

    private func link(_ test: TestStore, seconds: Int = 3600) async throws -> (token: String, link: ConnectLink) {
        let tenant = try await test.tenant().id
        return try await ConnectLinks(test.store).create(
            tenant: tenant, flow: TestStore.flow, purpose: .connect, returnURL: "https://practice.example/done",
            expiresInSeconds: seconds, now: test.now)
    }

    @Test(.sqliteOnly) func aLinkIsFoundByItsTokenAlone() async throws {
        let test = try await TestStore()
        let (token, link) = try await link(test)
        let links = ConnectLinks(test.store)
        #expect(Base64URL.decode(token)?.count == 32)
        #expect(try await links.find(token) == link)
        for wrong in ["", "x", token + "A", Base64URL.encode(link.hash)] {
            #expect(try await links.find(wrong) == nil)
        }
        #expect(try test.bytesOnDisk().range(of: Data(token.utf8)) == nil)
        #expect(try test.bytesOnDisk().range(of: Data(try #require(Base64URL.decode(token)))) == nil)
    }

    @Test(arguments: [(0, 1), (60, 60), (30 * 86_400, 30 * 86_400), (31 * 86_400, 30 * 86_400)])
    func aLinkLivesWithinBounds(asked: Int, given: Int) async throws {
        let test = try await TestStore()
        let link = try await link(test, seconds: asked).link
        #expect(link.expiresAt == test.now.adding(seconds: given))
        #expect(link.isOpen(at: test.now) && !link.isOpen(at: link.expiresAt))
    }

    @Test func aLinkIsUsedUpOnce() async throws {
        let test = try await TestStore()
        let (token, link) = try await link(test)
        #expect(try await test.store.writeGlobal { try $0.markUsed(link, now: test.now) })
        #expect(try await !test.store.writeGlobal { try $0.markUsed(link, now: test.now) })
        #expect(try await ConnectLinks(test.store).find(token)?.usedAt == test.now)
        let late = try await self.link(test).link
        #expect(try await !test.store.writeGlobal { try $0.markUsed(late, now: late.expiresAt) })
    }

    @Test func linksThatEndedLongAgoGo() async throws {
        let test = try await TestStore()
        let (token, link) = try await link(test, seconds: 60)
        let young = try await self.link(test, seconds: 86_400)
        let links = ConnectLinks(test.store)
        let attempts = OAuthAttempts(test.store)
        _ = try await attempts.create(link: link, flow: link.flow, browserHash: browser, now: test.now)
        let gone = link.expiresAt.adding(seconds: ConnectLinks.remembered)
        #expect(try await links.deleteExpired(now: gone) == 0)
        // An attempt keeps its link.
        let later = gone.adding(seconds: 1)
        #expect(try await links.deleteExpired(now: later) == 0)
        try await attempts.deleteExpired(now: later)
        #expect(try await links.deleteExpired(now: later) == 1)
        #expect(try await links.find(token) == nil)
        #expect(try await links.find(young.token) != nil)
    }

    @Test func aLinkBeginsSoManyAttemptsWithinTenMinutes() async throws {
        let test = try await TestStore()
        let (link, other) = (try await link(test).link, try await self.link(test).link)
        let attempts = OAuthAttempts(test.store)
        func begin(_ link: ConnectLink, at now: Timestamp) async throws {
            _ = try await attempts.create(link: link, flow: link.flow, browserHash: browser, now: now)
        }
        for _ in 0..<ConnectLink.entryLimit { try await begin(link, at: test.now) }
        let entries = try await test.store.auditEntries(AuditFilter(), limit: 100).items.count
        await #expect(throws: TooManyAttempts.self) { try await begin(link, at: test.now) }
        #expect(try await test.store.auditEntries(AuditFilter(), limit: 100).items.count == entries)
        try await begin(other, at: test.now)
        try await begin(link, at: test.now.adding(seconds: ConnectLink.entryWindow))
    }

    @Test func thoseWhoComeAtOnceAreCounted() async throws {
        let test = try await TestStore()
        let link = try await link(test).link
        let attempts = OAuthAttempts(test.store)
        let begun = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<ConnectLink.entryLimit * 2 {
                group.addTask {
                    await (try? attempts.create(link: link, flow: link.flow, browserHash: browser, now: test.now))
                        != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(begun == ConnectLink.entryLimit)
    }

    @Test func aStateComesBackOnceAndToItsBrowserAlone() async throws {
        let test = try await TestStore()
        let link = try await link(test).link
        let attempts = OAuthAttempts(test.store)
        let state = try await attempts.create(link: link, flow: link.flow, browserHash: browser, now: test.now)
        let consume = { (state: String, browser: [UInt8]?, now: Timestamp) in
            try await attempts.consume(state: state, flow: TestStore.flow, browserHash: browser, now: now)
        }
        await #expect(throws: OAuthAttemptFailure.foreignBrowser) {
            _ = try await consume(state, SHA256.digest([1]), test.now)
        }
        await #expect(throws: OAuthAttemptFailure.foreignBrowser) { _ = try await consume(state, nil, test.now) }
        await #expect(throws: OAuthAttemptFailure.unknown) { _ = try await consume("nonsense", browser, test.now) }
        await #expect(throws: OAuthAttemptFailure.unknown) {
            _ = try await consume(Base64URL.encode(RandomBytes.make(32)), browser, test.now)
        }
        await #expect(throws: OAuthAttemptFailure.unknown) {
            _ = try await attempts.consume(
                state: state, flow: Flow(rawValue: "facebook_page"), browserHash: browser, now: test.now)
        }
        let end = test.now.adding(seconds: 600)
        await #expect(throws: OAuthAttemptFailure.expired) { _ = try await consume(state, browser, end) }
        #expect(try await consume(state, browser, end.adding(milliseconds: -1)).linkHash == link.hash)
        await #expect(throws: OAuthAttemptFailure.reused) { _ = try await consume(state, browser, test.now) }
    }

    @Test func ofManyWhoBringAStateOneGetsIt() async throws {
        let test = try await TestStore()
        let link = try await link(test).link
        let attempts = OAuthAttempts(test.store)
        let state = try await attempts.create(link: link, flow: link.flow, browserHash: browser, now: test.now)
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { [browser] in
                    let attempt = try? await attempts.consume(
                        state: state, flow: TestStore.flow, browserHash: browser, now: test.now)
                    return attempt != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 1)
    }

    @Test(.sqliteOnly) func choicesAreSealedAndBoundToTheBrowser() async throws {
        let test = try await TestStore()
        let link = try await link(test).link
        let attempts = OAuthAttempts(test.store)
        let state = try await attempts.create(
            link: link, flow: link.flow, browserHash: browser, choices: Array("kept".utf8), now: test.now)
        #expect(try await attempts.choices(of: link, browserHash: browser, now: test.now) == nil)
        let attempt = try await attempts.consume(
            state: state, flow: link.flow, browserHash: browser, now: test.now.adding(seconds: 599))
        #expect(try await attempts.choices(of: attempt, tenant: link.tenantID) == Array("kept".utf8))
        let secret = Array("page-token-that-nobody-may-read".utf8)
        let chosen = test.now.adding(seconds: 599)
        try await attempts.storeChoices(secret, for: attempt, of: link.tenantID, now: chosen)
        #expect(try await attempts.choices(of: link, browserHash: browser, now: chosen)?.choices == secret)
        #expect(try await attempts.choices(of: link, browserHash: SHA256.digest([2]), now: chosen) == nil)
        #expect(
            try await attempts.choices(of: link, browserHash: browser, now: chosen.adding(seconds: 600)) == nil)
        #expect(try test.bytesOnDisk().range(of: Data(secret)) == nil)
        try await test.store.writeGlobal { try $0.forgetChoices(of: link) }
        #expect(try await attempts.choices(of: link, browserHash: browser, now: chosen) == nil)
        #expect(try await attempts.deleteExpired(now: chosen.adding(seconds: 601)) == 0)
        #expect(try await attempts.deleteExpired(now: chosen.adding(seconds: 600 + 86_401)) == 1)
    }
}
