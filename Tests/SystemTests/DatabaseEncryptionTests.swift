import Foundation
import Storage
import TestSupport
import Testing

/// TLS to PostgreSQL, as the database's address asks for it: with the server's name and its certificate checked.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
struct DatabaseEncryptionTests {
    @Test func theServersCertificateIsChecked() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "clariva-tls-\(UUID().uuidString)")
        let data = folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Another one of the same name, with a key of its own.
        let (authority, stranger) = (
            try CertificateAuthority("ours", in: folder), try CertificateAuthority("stranger", in: folder)
        )
        // The server's own user becomes the owner of its folder.
        let certificate = try authority.issue(for: "localhost", in: data)
        let server = try PostgresServer(
            folder: data, logs: folder,
            settings: [
                "ssl=on", "ssl_cert_file=\(certificate.certificate.path)", "ssl_key_file=\(certificate.key.path)",
            ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.supervise() }
            do {
                try await server.ready()
                try server.makeRoles()
                try await check(server, folder, authority: authority, stranger: stranger)
            } catch {
                try? await server.retire()
                throw error
            }
            try await server.retire()
        }
    }

    private func check(
        _ server: PostgresServer, _ folder: URL, authority: CertificateAuthority, stranger: CertificateAuthority
    ) async throws {
        func address(_ role: String, host: String = "localhost", trusting authority: CertificateAuthority) -> String {
            server.url(role).replacing("@127.0.0.1:", with: "@\(host):")
                + "?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=\(authority.certificate.path)"
        }
        let password = try #require(URLComponents(string: server.url("clariva_app"))?.password)

        // The engine.
        let engine = PostgresEngine(try PostgresConfiguration(url: address("clariva_app", trusting: authority)))
        let secured = try await engine.read(.global) { transaction in
            try transaction.query("SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl", []).count
        }
        #expect(secured == 1, "the connection is encrypted")
        await engine.close()

        // The program: what makes the schema, and what looks at everything.
        let migrated = try await run(["migrate"], address("clariva_owner", trusting: authority), folder)
        #expect(migrated.status == 0, "\(migrated.told)")
        let doctor = try await run(["doctor"], address("clariva_app", trusting: authority), folder)
        #expect(doctor.told.contains("ok    rights"), "\(doctor.told)")

        for (url, cause) in [
            (address("clariva_app", trusting: stranger), "certificate verify failed"),
            (address("clariva_app", host: "example.org", trusting: authority), "does not match host name"),
            (
                address("clariva_app", trusting: authority) + ".missing",
                "does not exist"
            ),
        ] {
            for command in [["serve"], ["keys", "list"], ["doctor"]] {
                let answer = try await run(command, url, folder)
                #expect(answer.status == 1, "\(command)")
                #expect(answer.told.contains("cannot connect to PostgreSQL"), "\(command): \(answer.told)")
                #expect(answer.told.contains(cause), "\(command): \(answer.told)")
                #expect(!answer.told.contains(password), "\(command) tells the password")
            }
        }
    }

    private func run(
        _ arguments: [String], _ url: String, _ folder: URL
    ) async throws -> (status: Int32, told: String) {
        let environment = ServiceEnvironment.make(
            port: try FreePort.take(), database: url, meta: "http://127.0.0.1:1", extra: [:])
        let process = try ChildProcess(arguments, environment: environment, folder: folder)
        let status = try await process.exitStatus()
        return (status, process.output + process.errors)
    }
}

/// Whoever signs a server's certificate.
private struct CertificateAuthority {
    let certificate: URL
    private let key: URL

    /// - Parameter name: of its files; all authorities call themselves the same.
    init(_ name: String, in folder: URL) throws {
        certificate = folder.appending(path: name + ".crt")
        key = folder.appending(path: name + ".key")
        try Self.openssl(["-subj", "/CN=Praxis CA", "-keyout", key.path, "-out", certificate.path])
    }

    /// - Returns: the files of a certificate for a host and of its key.
    func issue(for host: String, in folder: URL) throws -> (certificate: URL, key: URL) {
        let (issued, secret) = (folder.appending(path: "server.crt"), folder.appending(path: "server.key"))
        try Self.openssl([
            "-CA", certificate.path, "-CAkey", key.path, "-subj", "/CN=\(host)",
            "-addext", "subjectAltName=DNS:\(host)", "-addext", "basicConstraints=critical,CA:FALSE",
            "-keyout", secret.path, "-out", issued.path,
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        return (issued, secret)
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
            + arguments
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let told = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HarnessFailure("openssl: \(String(decoding: told, as: UTF8.self))")
        }
    }
}
