import Foundation
import FoundationNetworking
import Integrations
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Every route of the service over a practice's world and real HTTP. It keeps each answer, so that a test can search
/// them all.
final class WholeService: Sendable {
    struct Answer: Sendable {
        /// Whose key it was.
        var caller: String
        /// Method and path.
        var request: String
        var status: Int
        var body: String
        /// Body and headers.
        var text: String
        var json: JSONValue?
        var etag: String?
    }

    static let bootstrapKey = "bootstrap-key-of-two-tenants"

    let routes: [ServedRoute]
    private let server: RunningService
    private let session: URLSession
    private let base: String
    private let book = Mutex<[Answer]>([])

    init(_ world: PracticeWorld) async throws {
        let recording = RecordingRouter()
        let process = try world.process
        try GatewayRoutes(
            engine: process.engine, store: process.store, integrations: world.integrations, pipeline: process.pipeline,
            configuration: AdminDesk.configuration(key: Self.bootstrapKey), registry: world.registry,
            metrics: GatewayMetrics(world.registry), clock: world.clock, logger: world.log.logger, role: .all
        ).add(to: recording)
        routes = recording.routes
        let served = try await AdminDesk.serve(recording.router, world)
        server = served.server
        base = "http://127.0.0.1:\(served.port)"
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
    }

    var answers: [Answer] { book.withLock { $0 } }

    /// Asks as ``CurlTransport`` cannot: our own calls to Meta know neither PATCH nor HEAD.
    @discardableResult
    func call(
        _ caller: String, _ key: String, _ method: String, _ path: String, _ body: [UInt8]? = nil,
        ifMatch: String? = nil
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: base + path)))
        request.httpMethod = method
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let ifMatch { request.setValue(ifMatch, forHTTPHeaderField: "If-Match") }
        if let body { request.httpBody = Data(body) }
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        let answer = Answer(
            caller: caller, request: "\(method) \(path)", status: http.statusCode,
            body: String(decoding: data, as: UTF8.self),
            text: String(decoding: data, as: UTF8.self) + "\n\(http.allHeaderFields)",
            json: try? JSONValue.parse([UInt8](data)), etag: http.value(forHTTPHeaderField: "ETag"))
        book.withLock { $0.append(answer) }
        return answer
    }

    func end() async {
        session.invalidateAndCancel()
        await server.ended()
    }

    /// Meta's pages are not ours to open.
    private final class NoRedirects: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }
}
