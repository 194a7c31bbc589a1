import ArgumentParser
import Foundation
import Gateway
import Logging
import MetaSandbox
import ServiceLifecycle
import UnixSignals

/// `clariva sandbox`
struct Sandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays Meta: consent dialogs, Graph API and signed webhooks, for development and tests.",
        discussion: """
            It needs no configuration and keeps nothing. Its page at / is where one writes as a patient and sees the \
            answer arrive; /control is the same for programs. Point the CLARIVA_INSTAGRAM_..._URL and \
            CLARIVA_FACEBOOK_..._URL variables of `clariva serve` at it:

              CLARIVA_INSTAGRAM_AUTHORIZE_URL=http://127.0.0.1:8090/instagram/oauth/authorize
              CLARIVA_INSTAGRAM_API_URL=http://127.0.0.1:8090/instagram-api
              CLARIVA_INSTAGRAM_GRAPH_URL=http://127.0.0.1:8090/instagram-graph
              CLARIVA_FACEBOOK_AUTHORIZE_URL=http://127.0.0.1:8090/facebook/{version}/dialog/oauth
              CLARIVA_FACEBOOK_GRAPH_URL=http://127.0.0.1:8090/facebook-graph
            """)

    @Option(help: "Listen port; 0 takes a free one, which the record `listening` names.") var port = 8090
    @Option(help: "Listen address.") var host = "127.0.0.1"
    @Option(help: ArgumentHelp("Where webhooks go, such as http://127.0.0.1:8080/webhooks/meta.", valueName: "url"))
    var callback: String?
    @Option(help: ArgumentHelp("What the handshake names as hub.verify_token.", valueName: "text"))
    var verifyToken: String?
    @Option(help: ArgumentHelp("Id and secret of the Instagram app, as id:secret.", valueName: "app"))
    var instagramApp: String?
    @Option(help: ArgumentHelp("Id and secret of the Meta app, as id:secret.", valueName: "app"))
    var facebookApp: String?
    @Option(help: "Seeds every random choice, so that a run can be repeated.") var seed: UInt64 = 1
    @Flag(help: "Calls to the Facebook host need appsecret_proof.") var requireAppSecretProof = false

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
        for app in [instagramApp, facebookApp].compactMap(\.self) where Self.app(app) == nil {
            throw ValidationError("an app must be given as id:secret, the id in digits")
        }
    }

    func run() async throws {
        var configuration = SandboxConfiguration(
            callbackURL: callback, host: host, port: port, seed: seed, requiresAppSecretProof: requireAppSecretProof)
        if let verifyToken { configuration.verifyToken = verifyToken }
        if let app = instagramApp.flatMap(Self.app) { configuration.instagramApp = app }
        if let app = facebookApp.flatMap(Self.app) { configuration.facebookApp = app }
        let logger = Logger(label: "clariva.sandbox") { _ in LogRecordHandler(level: .info, format: .text) }
        let host = host
        let server: SandboxServer
        do {
            server = try SandboxServer(configuration: configuration, logger: logger) { port in
                logger.notice(
                    "listening",
                    metadata: [
                        "port": .stringConvertible(port), "page": "http://\(host):\(port)/",
                        "control": "http://\(host):\(port)/control",
                    ])
            }
            var group = ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            group.maximumGracefulShutdownDuration = .seconds(5)
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw CommandFailure(.failed, "clariva: the sandbox ended: \(error)")
        }
    }

    private static func app(_ text: String) -> SandboxConfiguration.App? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return SandboxConfiguration.App(id: String(parts[0]), secret: String(parts[1]))
    }
}
