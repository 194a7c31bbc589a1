import Foundation
import Integrations
import TestSupport
import Testing

@testable import Gateway

/// Routes and document agree in both directions, and so do their parameters.
@Suite(.hangLimit) struct RoutesMatchTests {
    /// Those that stand beside the router (``WebhookEndpoint``).
    private static let besides: Set = ["GET /webhooks/meta", "POST /webhooks/meta"]

    private func served() async throws -> Set<String> {
        let world = try await PracticeWorld()
        let service = try await WholeService(world)
        let routes = Set(service.routes.map(\.description))
        await service.end()
        await world.end()
        return routes.union(Self.besides)
    }

    @Test func routesAndDocumentAreTheSame() async throws {
        let served = try await served()
        let told = Set(
            OpenAPIDocument.operations.map { operation in
                ServedRoute(operation.method.rawValue.uppercased(), operation.path).description
            })
        #expect(told.subtracting(served).isEmpty, "the document tells of what is not served")
        #expect(served.subtracting(told).isEmpty, "the document does not tell of what is served")
        #expect(served.count > 45)
    }

    /// Whatever a route reads out of its query stands in the document.
    @Test func everyParameterThatIsReadIsTold() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Gateway").standardized
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var read: Set<String> = []
        while let url = files?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            for match in text.matches(of: /(?:request\.parameter\(|query\.get\(|query\[)"([a-z_.]+)"/) {
                read.insert(String(match.1))
            }
        }
        #expect(read.isSuperset(of: ["limit", "cursor", "received_after", "hub.challenge", "state"]))
        let told = Set(OpenAPIDocument.operations.flatMap(\.allParameters).map(\.name))
        #expect(read.subtracting(told).isEmpty, "the document does not tell of what is read")
    }
}
