import Foundation
import Integrations
import Synchronization

/// The sandbox and the service, as two real processes that know each other only by HTTP.
final class DemoProcesses: Sendable {
    /// Database and logs of this run.
    let folder: URL
    private let setting: DemoSetting
    private let children = Mutex<[ChildProcess]>([])

    init(folder: URL, setting: DemoSetting) {
        self.folder = folder
        self.setting = setting
    }

    /// Starts both, points them at each other, and waits until the service says that it is ready.
    func start(_ transport: CurlTransport, _ transcript: DemoTranscript) async throws -> DemoStage {
        let http = DemoHTTP(transport: transport)
        let meta = try start("sandbox", setting.sandboxArguments, DemoSetting.inherited)
        let sandbox = DemoSandbox(http: http, base: "http://127.0.0.1:\(try await meta.port())")
        transcript.line(.meta, "sandbox", "plays Meta at \(sandbox.base)")
        let port = try FreePort.find()
        let clariva = try start(
            "serve", ["serve"], setting.serviceVariables(port: port, sandbox: sandbox.base, folder: folder))
        let heard = try await clariva.port()
        let service = DemoService(http: http, base: "http://localhost:\(heard)", key: setting.apiKey)
        try await until("the service is ready") {
            try await transport.send(HTTPRequest(.get, service.base + "/readyz", isIdempotent: true)).status == 200
                ? true : nil
        }
        transcript.line(.service, "service", "is ready at \(service.base), on a database of its own")
        try await sandbox.post("settings", ["callback_url": .string("\(service.base)/webhooks/meta")])
        let stage = DemoStage(service: service, sandbox: sandbox, transcript: transcript, transport: transport)
        for secret in setting.secrets { stage.keepSecret(secret) }
        return stage
    }

    private func start(_ name: String, _ arguments: [String], _ variables: [String: String]) throws -> ChildProcess {
        let child = try ChildProcess(name, arguments, variables: variables, in: folder)
        children.withLock { $0.append(child) }
        return child
    }

    /// The files with the service's log records.
    var logs: [URL] { children.withLock { $0.map(\.output) } }

    /// What processes wrote last that have ended without being asked to; empty where none has.
    var endedByThemselves: String {
        children.withLock { $0 }.filter { !$0.isRunning }
            .map { "\n\nclariva \($0.name) had ended; its last words:\n\($0.log.suffix(1500))" }.joined()
    }

    /// Ends those that run, the service first: it still talks to the sandbox while it drains.
    func stop() async {
        let running = children.withLock { children in
            defer { children = [] }
            return children
        }
        // A cancelled demo has to wait for its processes all the same.
        await Task.detached {
            for child in running.reversed() { await child.stop() }
        }.value
    }
}
