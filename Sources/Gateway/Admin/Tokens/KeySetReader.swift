internal import Integrations
internal import NIOCore
internal import _NIOFileSystem

/// Reads a key set from where it is published.
struct KeySetReader: Sendable {
    /// A set with hundreds of keys is smaller. In bytes.
    static let limit = 256 << 10
    /// For the whole exchange: requests wait for it.
    static let timeout = Duration.seconds(5)

    private let location: GatewayConfiguration.KeySetLocation
    /// Its own, so that a slow issuer takes no connection from Meta.
    private let transport: CurlTransport?

    /// - Throws: ``TransportError`` where libcurl cannot start.
    init(_ location: GatewayConfiguration.KeySetLocation) throws(TransportError) {
        self.location = location
        switch location {
        case .file: transport = nil
        case .url:
            transport = try CurlTransport(
                CurlConfiguration(
                    connectTimeout: Self.timeout, timeout: Self.timeout, maxHostConnections: 1, maxConnections: 1,
                    maxResponseBytes: Self.limit))
        }
    }

    /// - Returns: the bytes, whatever they are.
    func read() async throws(KeySetFault) -> [UInt8] {
        switch location {
        case .url(let url): try await fetch(url)
        case .file(let path): try await Self.contents(of: path)
        }
    }

    /// Ends the transport's thread.
    func end() { transport?.shutdown() }

    private func fetch(_ url: String) async throws(KeySetFault) -> [UInt8] {
        guard let transport else { throw .transport(.notSent(.invalidRequest)) }
        let request = HTTPRequest(
            .get, url, headers: [(name: "Accept", value: "application/jwk-set+json, application/json")],
            isIdempotent: true)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            throw error == .noAnswer(.tooLarge) ? .tooLarge : .transport(error)
        }
        guard response.status == 200 else { throw .status(response.status) }
        return response.body
    }

    /// NIO's threads read it: a file may lie on a disk that hangs.
    private static func contents(of path: String) async throws(KeySetFault) -> [UInt8] {
        do {
            // Opening a pipe would wait for its other end.
            guard let info = try await FileSystem.shared.info(forFileAt: FilePath(path)), info.type == .regular else {
                throw KeySetFault.file
            }
            guard info.size <= limit else { throw KeySetFault.tooLarge }
            return try await [UInt8](contentsOf: FilePath(path), maximumSizeAllowed: .bytes(Int64(limit)))
        } catch let fault as KeySetFault {
            throw fault
        } catch {
            throw .file
        }
    }
}
