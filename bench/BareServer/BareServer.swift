import Hummingbird
import Logging

/// The yardstick of `make bench`: a Hummingbird route that reads the body and does nothing with it.
///
/// What `clariva serve` does beyond this (verify, split, seal, commit) is what the ratio measures, so this server is set
/// up as plainly as Hummingbird's own examples.
@main
struct BareServer {
    /// Meta's bodies are small; above this the read fails, as it does in the service.
    static let largestBody = 4 * 1024 * 1024

    static func main() async throws {
        guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
            print("usage: bare-server PORT")
            return
        }
        let router = Router()
        router.post("/webhooks/meta") { request, _ in
            _ = try await request.body.collect(upTo: largestBody)
            return HTTPResponse.Status.ok
        }
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }

        var logger = Logger(label: "bare-server")
        logger.logLevel = .error
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        )
        try await application.runService()
    }
}
