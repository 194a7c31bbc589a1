import Foundation
import Testing

/// A PgBouncer of a test's own before the tests' server, in transaction mode.
final class PgBouncer: Sendable {
    static let path = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first { FileManager.default.isExecutableFile(atPath: $0) }

    private let directory = TemporaryDirectory()
    private let port: Int
    private let process = Process()

    /// - Parameter connections: to the server, for all clients together.
    init(connections: Int) throws {
        let server = try #require(URLComponents(string: TestServer.url ?? ""))
        let (host, serverPort) = (try #require(server.host), server.port ?? 5432)
        let (user, password) = (try #require(server.user), server.password ?? "")
        port = try Self.freePort()
        let file = directory.url.appending(path: "pgbouncer.ini")
        try """
        [databases]
        * = host=\(host) port=\(serverPort) user=\(user) password=\(password)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = \(connections)
        """.write(to: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: "/bin/bash")
        // It refuses to run as root.
        let command = [try #require(Self.path)] + (getuid() == 0 ? ["-u", "nobody"] : []) + [file.path]
        process.arguments = ["-c", Self.closingFiles + #"; exec "$@""#, "bash"] + command
        let log = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.run()
        var told = ""
        while !told.contains("process up") {
            let more = log.fileHandleForReading.availableData
            guard !more.isEmpty else { throw TestServer.Failed(description: "PgBouncer does not start: \(told)") }
            told += String(decoding: more, as: UTF8.self)
        }
        // Nobody reads on: a full pipe would stop it.
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    deinit {
        // A child of a thread of the pool's own blocks the signals that the thread blocks, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The database's address by way of the pooler.
    func url(of database: ServerDatabase, _ parameters: String) -> String {
        "postgres://anybody@127.0.0.1:\(port)/\(database.name)?\(parameters)"
    }

    /// A child inherits the pipes of every other child that is started at the same moment, and as long as this one
    /// lives, whoever reads such a pipe to its end would wait.
    private static let closingFiles =
        #"for f in /proc/self/fd/*; do f=${f##*/}; if ((f > 2)); then eval "exec $f>&-"; fi; done"#

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
