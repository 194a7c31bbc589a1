import Foundation
import NIOCore
import Storage
import Tenancy
import Testing

@testable import Gateway

@Suite struct ProblemTests {
    private struct Body: Decodable {
        struct Rule: Decodable { var text: String }
        var rules: [Rule]
    }

    private func problem(_ json: String) throws -> Problem? {
        do {
            _ = try JSONDecoder().decode(Body.self, from: Data(json.utf8))
            return nil
        } catch {
            return Problem(known: error)
        }
    }

    @Test(arguments: [
        (#"{"rules":[{"text":"a"},{}]}"#, 422, "rules[1].text"), (#"{"rules":[{"text":7}]}"#, 422, "rules[0].text"),
        (#"{}"#, 422, "rules"), ("not json", 400, nil), ("[]", 400, nil),
    ])
    func namesTheFieldOfABodyOfAnotherShape(json: String, status: Int, field: String?) throws {
        let problem = try #require(try problem(json))
        #expect(problem.status.code == status)
        #expect(problem.errors.first?.field == field)
    }

    @Test func answersAsProblemJSON() {
        let response = Problem.invalid("name", "must not be empty").response
        #expect(response.status.code == 422)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test func tellsNothingOfUnknownErrors() {
        #expect(Problem(known: StorageError(.other, "detail")) == nil)
        #expect(Problem(known: StorageError(.unavailable, "closed"))?.status.code == 503)
        #expect(Problem(known: TenantError.changed(revision: 3))?.status.code == 412)
    }

    @Test func aClientThatGoesAwayIsNoFaultOfOurs() {
        let gone: [any Error] = [IOError(errnoCode: ECONNRESET, reason: "read"), ChannelError.inputClosed]
        for error in gone { #expect(Problem(known: error)?.status.code == 400) }
    }

    @Test func tellsAWrongMethodFromAWrongPath() {
        let methods = RouteMethods()
        methods.add("/v1/tenants/:tenant_id", .get)
        methods.add("/v1/tenants/:tenant_id", .patch)
        #expect(methods.allowed(for: "/v1/tenants/abc") == ["GET", "HEAD", "PATCH"])
        #expect(methods.allowed(for: "/v1/tenants").isEmpty)
    }
}
