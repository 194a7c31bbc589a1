import Cryptography
import Foundation
import Integrations
import TestSupport

/// One sandbox, one service, and the folder that its database lives in. Both processes end with the clinic.
final class Clinic: Sendable {
    static let adminKey = "admin-key-canary-0815-0815"
    static let instagramSecret = "instagram-secret-canary-4711"
    static let facebookSecret = "facebook-secret-canary-4712"
    static let verifyToken = "verify-token-canary-4713"

    let folder: URL
    let port: Int
    let sandboxProcess: ChildProcess
    /// The sandbox's control API.
    let sandbox: HTTPClient
    /// The service with the admin key.
    let service: HTTPClient
    private let transport: CurlTransport
    private let extra: [String: String]

    /// Starts the sandbox; the service is started by ``start()``.
    /// - Parameters:
    ///   - seed: of the sandbox's random choices.
    ///   - extra: variables of the service beside those that it needs.
    init(seed: UInt64 = 1, extra: [String: String] = [:]) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "clariva-system-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        transport = try CurlTransport()
        port = try FreePort.take()
        self.extra = extra
        sandboxProcess = try ChildProcess(
            [
                "sandbox", "--port", "0", "--seed", String(seed), "--callback",
                "http://127.0.0.1:\(port)/webhooks/meta", "--verify-token", Self.verifyToken,
                "--instagram-app", "300000000000001:\(Self.instagramSecret)",
                "--facebook-app", "400000000000001:\(Self.facebookSecret)",
            ], folder: folder)
        let sandboxPort = try await sandboxProcess.listeningPort()
        sandbox = HTTPClient("http://127.0.0.1:\(sandboxPort)/control/", transport: transport)
        service = HTTPClient(
            "http://127.0.0.1:\(port)", headers: [("Authorization", "Bearer \(Self.adminKey)")], transport: transport)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The service's whole environment.
    var environment: [String: String] {
        ServiceEnvironment.make(
            port: port, database: "sqlite:\(folder.appending(path: "clariva.db").path)",
            meta: sandbox.base.replacing("/control/", with: ""), extra: extra)
    }

    /// Starts the service without waiting for it.
    func launch() throws -> ChildProcess {
        try ChildProcess(["serve"], environment: environment, folder: folder)
    }

    /// Starts the service and waits until it takes requests.
    func start() async throws -> ChildProcess {
        let process = try launch()
        _ = try await process.listeningPort()
        return process
    }

    /// A doctor: an account at Meta, and a tenant that connects it through the real pages.
    func connect(_ username: String, flow: String, reply: String = "Danke, wir melden uns.") async throws -> Doctor {
        let account = try await sandbox.post("accounts", ["username": .string(username)])
        guard let pageID = account["id"]?.string else { throw HarnessFailure("no account") }
        return try await onboarding.connect(username, pageID: pageID, flow: flow, reply: reply)
    }

    /// Goes the doctor's way from a connect link to its end.
    func follow(_ link: String, as username: String) async throws {
        try await onboarding.follow(link, as: username)
    }

    private var onboarding: Onboarding {
        Onboarding(service: service, browser: HTTPClient("http://127.0.0.1:\(port)", transport: transport))
    }

    /// Calls the admin API with a key of its own.
    func caller(_ key: String) -> HTTPClient {
        HTTPClient("http://127.0.0.1:\(port)", headers: [("Authorization", "Bearer \(key)")], transport: transport)
    }

    /// Posts a body to the webhook route.
    func webhook(_ body: [UInt8], signature: String?) async throws -> HTTPResponse {
        try await HTTPClient("http://127.0.0.1:\(port)", transport: transport).send(
            .post, "/webhooks/meta",
            headers: signature.map { [("X-Hub-Signature-256", $0)] } ?? [], body: body)
    }

    /// The header value that Meta would send.
    static func signature(_ body: [UInt8], secret: String = instagramSecret) throws -> String {
        "sha256=" + Hex.encode(try HMACKey(utf8: secret).authenticate(body))
    }

    /// Everything of a list of the admin API.
    func list(_ path: String) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let page = try await service.get(
                "\(path)\(path.contains("?") ? "&" : "?")limit=200" + (cursor.map { "&cursor=\($0)" } ?? ""))
            items += page["data"]?.array ?? []
            cursor = page["next_cursor"]?.string
        } while cursor != nil
        return items
    }
}
