import Foundation
import Integrations
import Tenancy

@testable import Gateway

/// The admin API of two practices beside an identity provider that publishes its keys over HTTP.
struct TokenDesk: Sendable {
    let world: PracticeWorld
    let desk: AdminDesk
    let server: KeySetServer
    let key: TokenKey
    let lind: PracticeWorld.Practice
    let berg: PracticeWorld.Practice

    static func open(rateLimitPerSecond: Int = 0, _ story: (TokenDesk) async throws -> Void) async throws {
        let world = try await PracticeWorld()
        let key = try await TokenKey()
        let server = try await KeySetServer([key.entry])
        let desk = TokenDesk(
            world: world,
            desk: try await AdminDesk(
                world, rateLimitPerSecond: rateLimitPerSecond, jwt: Provider.configuration(.url(server.url))),
            server: server, key: key,
            lind: try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything),
            berg: try await world.addPractice("dr_berg", flow: .instagramLogin, rules: AnswerTests.anything))
        let result: Result<Void, any Error>
        do {
            try await story(desk)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await desk.desk.end()
        await server.end()
        await world.end()
        try result.get()
    }

    /// A good token.
    func token(
        for practice: PracticeWorld.Practice, scope: String = "admin", subject: String = "anna", by key: TokenKey? = nil
    ) throws -> String {
        try (key ?? self.key).token(
            Provider.claims(of: practice.tenant, now: world.clock.now, scope: scope, subject: subject))
    }
}
