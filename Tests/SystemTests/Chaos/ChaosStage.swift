import Foundation
import Integrations
import MetaSandbox
import Storage
import Synchronization
import TestSupport

/// Everything that a chaos run is played on: the sandbox in this process, the database, and the processes of the service.
final class ChaosStage: Sendable {
    let plan: ChaosPlan
    let folder: URL
    let disk: SmallDisk?
    let database: PostgresServer?
    let book: DeliveryBook
    let control: SandboxControl
    let members: [ServiceMember]
    let service: HTTPClient
    private let running: RunningService
    private let browser: HTTPClient
    private let serviceURL: String

    /// Beside what every service needs.
    private static let settings = [
        "CLARIVA_LOG_LEVEL": "notice", "CLARIVA_LOOP_GUARD_PER_HOUR": "10000", "CLARIVA_UNKNOWN_HOLD_SECONDS": "600",
    ]
    private static let everyPoint = ["after_commit", "after_sending", "after_accepted", "settling_unknown"]

    /// Prepares the stage; nothing runs yet but the sandbox.
    init(_ plan: ChaosPlan, seed: UInt64) async throws {
        self.plan = plan
        folder = FileManager.default.temporaryDirectory.appending(path: "clariva-chaos-\(UUID().uuidString)")
        let data = folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        disk = try plan.diskMegabytes.flatMap { try SmallDisk(data, megabytes: $0) }
        let transport = try CurlTransport()
        let first = try FreePort.take()
        book = DeliveryBook(transport, ports: [first])

        let configuration = SandboxConfiguration(
            instagramApp: .init(id: "300000000000001", secret: Clinic.instagramSecret),
            facebookApp: .init(id: "400000000000001", secret: Clinic.facebookSecret), verifyToken: Clinic.verifyToken,
            callbackURL: "http://127.0.0.1:\(first)/webhooks/meta", seed: seed,
            // Meta never gives up here: whatever is not acknowledged comes again.
            retryIntervals: [200, 500, 1000] + [Int64](repeating: 1500, count: 2000), concurrency: 48)
        let sandbox = try SandboxServer(configuration: configuration, transport: book)
        control = sandbox.control
        running = RunningService(sandbox)
        let meta = "http://127.0.0.1:\(try await sandbox.port())"

        switch plan.database {
        case .sqlite:
            database = nil
            serviceURL = "sqlite:\(data.appending(path: "clariva.db").path)"
        case .postgres:
            let server = try PostgresServer(folder: data, logs: folder)
            database = server
            serviceURL = server.url("clariva_app")
        }
        var kinds: [ServiceMember.Kind] = []
        switch plan.database {
        case .sqlite:
            kinds = [.init(name: "all", arguments: ["serve"], port: first, points: Self.everyPoint)]
        case .postgres:
            kinds = [
                .init(
                    name: "gateway", arguments: ["serve", "--role", "gateway"], port: first, points: ["after_commit"])
            ]
            for number in 1...plan.workers {
                kinds.append(
                    .init(
                        name: "worker \(number)", arguments: ["serve", "--role", "worker"], port: try FreePort.take(),
                        points: Array(Self.everyPoint.dropFirst())))
            }
        }
        let (address, logs) = (serviceURL, folder)
        members = kinds.map { kind in
            ServiceMember(
                kind,
                environment: ServiceEnvironment.make(
                    port: kind.port, publicPort: first, database: address, meta: meta,
                    extra: Self.settings.merging(plan.environment) { $1 }), folder: logs)
        }
        service = HTTPClient(
            "http://127.0.0.1:\(first)", headers: [("Authorization", "Bearer \(Clinic.adminKey)")], transport: transport
        )
        browser = HTTPClient("http://127.0.0.1:\(first)", transport: transport)
    }

    /// Starts database and service, and waits until all of it works.
    func open(in group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        if let database {
            group.addTask { try await database.supervise() }
            try await database.ready()
            try database.makeRoles()
            let migration = try ChildProcess(
                ["migrate"],
                environment: ServiceEnvironment.make(
                    port: 1, database: database.url("clariva_owner"), meta: service.base, extra: [:]), folder: folder)
            guard try await migration.exitStatus(within: .seconds(60)) == 0 else {
                throw HarnessFailure("the schema could not be made: \(migration.errors)")
            }
        }
        for member in members { group.addTask { try await member.supervise() } }
        for member in members { try await member.ready(after: 0) }
    }

    /// Connects the practices, half of them by each flow. One in eight answers in two parts.
    func connect() async throws -> [Doctor] {
        let onboarding = Onboarding(service: service, browser: browser)
        let control = control
        let sentence = "Danke, wir haben Ihre Nachricht erhalten und melden uns. "
        return try await withThrowingTaskGroup(of: Doctor.self) { group in
            var doctors: [Doctor] = []
            for index in 0..<plan.accounts {
                if index >= 4, let doctor = try await group.next() { doctors.append(doctor) }
                let isLong = index % 16 < 2
                group.addTask {
                    let username = "doctor_\(index)"
                    let account = control.addAccount(NewAccount(username: username)).account
                    return try await onboarding.connect(
                        username, pageID: account.id, flow: index % 2 == 0 ? "instagram_login" : "facebook_page",
                        reply: isLong ? String(repeating: sentence, count: 20) + "Ende." : sentence)
                }
            }
            for try await doctor in group { doctors.append(doctor) }
            return doctors.sorted { $0.username < $1.username }
        }
    }

    /// What the service has written down. Whoever opened it closes it.
    func records() throws -> ChaosRecords {
        if let database { return ChaosRecords(engine: try database.engine()) }
        let path = String(serviceURL.dropFirst("sqlite:".count))
        return ChaosRecords(engine: try SQLiteEngine(path: path, exclusive: false))
    }

    /// Ends all processes and throws the stage away, unless CLARIVA_CHAOS_KEEP wants it looked at.
    func close() async throws -> [Int32] {
        var statuses: [Int32] = []
        for member in members { statuses.append(try await member.retire()) }
        try await database?.retire()
        await running.ended()
        if ProcessInfo.processInfo.environment["CLARIVA_CHAOS_KEEP"] != nil {
            print("chaos: kept in \(folder.path)")
            return statuses
        }
        disk?.unmount()
        try? FileManager.default.removeItem(at: folder)
        return statuses
    }
}
