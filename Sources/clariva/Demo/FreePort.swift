import Foundation

/// A port that nobody listens on. The service has to know its public address before it listens, so it cannot take any.
enum FreePort {
    /// - Returns: a port that was free a moment ago.
    /// - Throws: ``DemoFailure`` where the system gives none.
    static func find() throws -> Int {
        let stream = Int32(SOCK_STREAM.rawValue)
        let socket = socket(AF_INET, stream, 0)
        guard socket >= 0 else { throw DemoFailure("no socket: error \(errno)") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
                bind(socket, bound, length) == 0 && getsockname(socket, bound, &length) == 0
            }
        }
        guard isNamed else { throw DemoFailure("no free port: error \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
