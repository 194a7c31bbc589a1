import Foundation
import Testing

/// A PgBouncer of a test's own before one database of the tests' server, in transaction mode.
public final class PgBouncer: Sendable {
    /// Its program; `nil` where it is not installed.
    public static let path = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let directory = FileManager.default.temporaryDirectory.appending(path: "clariva-pool-\(UUID().uuidString)")
    private let port: Int
    private let process: Int32
    private let database: String

    /// - Parameters:
    ///   - address: of the database, with the role and the password that the pooler logs in with.
    ///   - connections: to the server, for all clients together.
    public init(before address: String, connections: Int) throws {
        let server = try #require(URLComponents(string: address))
        let (host, serverPort) = (try #require(server.host), server.port ?? 5432)
        let (user, password) = (try #require(server.user), server.password ?? "")
        database = String(server.path.dropFirst())
        port = try FreePort.take()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "pgbouncer.ini")
        try """
        [databases]
        \(database) = host=\(host) port=\(serverPort) user=\(user) password=\(password)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = \(connections)
        """.write(to: file, atomically: true, encoding: .utf8)
        // It refuses to run as root.
        let command = [try #require(Self.path)] + (getuid() == 0 ? ["-u", "nobody"] : []) + [file.path]
        let starter = Process()
        starter.executableURL = URL(filePath: "/bin/bash")
        starter.arguments = ["-c", Self.start, directory.appending(path: "log").path] + command
        let output = Pipe()
        starter.standardOutput = output
        starter.standardInput = FileHandle.nullDevice
        try starter.run()
        let told = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        starter.waitUntilExit()
        guard let pid = Int32(told.trimmingCharacters(in: .newlines)) else {
            throw TestServer.Failed(description: "PgBouncer does not start: \(told)")
        }
        process = pid
    }

    deinit {
        // A child of a thread of the pool's own blocks the signals that the thread blocks, SIGTERM among them.
        kill(process, SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }

    /// The database's address by way of the pooler, which asks nobody who they are.
    public func url(_ parameters: String) -> String {
        "postgres://anybody@127.0.0.1:\(port)/\(database)?\(parameters)"
    }

    /// Starts it in the background and prints its number once it listens.
    ///
    /// It is not a child of the tests: they would wait for it wherever they wait for another one. It must not keep what
    /// it inherits: whoever reads a pipe to its end would wait for it as well.
    private static let start = #"""
        (
            for file in /proc/self/fd/*; do
                file=${file##*/}
                if ((file > 2)); then eval "exec $file>&-"; fi
            done
            exec "$@" </dev/null >/dev/null 2>"$0"
        ) &
        for try in {1..200}; do
            if grep -q 'process up' "$0" 2>/dev/null; then echo $!; exit; fi
            sleep 0.05
        done
        cat "$0"
        """#
}
