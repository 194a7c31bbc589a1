import Foundation
import Synchronization

/// A real TCP server on 127.0.0.1 with a thread for each connection, for what a transport does when servers misbehave.
final class LoopbackServer: Sendable {
    struct Received: Sendable {
        /// Counted from 1 over all connections.
        var number: Int
        var connection: Int
        /// Start line and headers.
        var head: String
        var body: String
    }

    enum Reply: Sendable {
        /// These bytes; then the next request on the same connection.
        case answer(String)
        /// These bytes, then the end of the connection.
        case answerAndClose(String)
        /// The end of the connection without a byte.
        case close
        /// Nothing, until the client gives up.
        case silence
    }

    private struct State {
        var received: [Received] = []
        var connections = 0
        var sockets: [Int32] = []
        var isStopped = false
    }

    let port: UInt16
    /// Every request as it has been read whole.
    let arrivals: AsyncStream<Received>
    private let arrived: AsyncStream<Received>.Continuation
    private let listener: Int32
    private let script: @Sendable (Received) -> Reply
    private let state = Mutex(State())

    init(_ script: @escaping @Sendable (Received) -> Reply) throws {
        (arrivals, arrived) = AsyncStream.makeStream()
        self.script = script
        let bound = try Self.bind()
        (listener, port) = bound
        guard listen(listener, 64) == 0 else { throw POSIXError(.EIO) }
        Thread { self.acceptAll() }.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var received: [Received] { state.withLock { $0.received } }
    var connections: Int { state.withLock { $0.connections } }

    /// Ends the listener and every connection; their threads end with them.
    func stop() {
        let sockets = state.withLock { state in
            state.isStopped = true
            return state.sockets
        }
        for socket in sockets + [listener] { shutdown(socket, Int32(SHUT_RDWR)) }
        arrived.finish()
    }

    static func ok(_ body: String) -> String {
        let headers = "Content-Type: application/json\r\nX-Odd-Case: yes\r\nContent-Length: \(body.utf8.count)"
        return "HTTP/1.1 200 OK\r\n\(headers)\r\n\r\n\(body)"
    }

    /// A port that nobody listens on, held for as long as the socket is open.
    static func bind() throws -> (socket: Int32, port: UInt16) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard made >= 0 else { throw POSIXError(.EIO) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.bind(made, pointer, length) == 0 ? getsockname(made, pointer, &length) : -1
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return (made, UInt16(bigEndian: address.sin_port))
    }

    private func acceptAll() {
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { break }
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.connections += 1
                state.sockets.append(socket)
                return state.connections
            }
            guard let number else {
                close(socket)
                break
            }
            Thread { self.serve(socket, number) }.start()
        }
        close(listener)
    }

    private func serve(_ socket: Int32, _ connection: Int) {
        defer {
            state.withLock { $0.sockets.removeAll { $0 == socket } }
            close(socket)
        }
        var buffer: [UInt8] = []
        while let (head, body) = readRequest(socket, &buffer) {
            let request = state.withLock { state in
                let request = Received(
                    number: state.received.count + 1, connection: connection, head: head, body: body)
                state.received.append(request)
                return request
            }
            let reply = script(request)
            arrived.yield(request)
            switch reply {
            case .answer(let text): write(text, to: socket)
            case .answerAndClose(let text):
                write(text, to: socket)
                return
            case .close: return
            case .silence:
                var byte: UInt8 = 0
                _ = recv(socket, &byte, 1, 0)
                return
            }
        }
    }

    private func write(_ text: String, to socket: Int32) {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            offset += count
        }
    }

    private func readRequest(_ socket: Int32, _ buffer: inout [UInt8]) -> (head: String, body: String)? {
        while true {
            // A TLS greeting is no request.
            if buffer.first == 0x16 { return nil }
            let text = String(decoding: buffer, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let length =
                    head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) } ?? 0
                let whole = head.utf8.count + 4 + length
                if buffer.count >= whole {
                    let body = String(decoding: buffer[(head.utf8.count + 4)..<whole], as: UTF8.self)
                    buffer.removeFirst(whole)
                    return (head, body)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}
