internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// An answer's body, caught before it goes out.
final class CollectedBody: Sendable {
    private let buffer = Mutex(ByteBuffer())

    /// - Returns: the bytes of a body.
    static func bytes(of body: ResponseBody) async throws -> [UInt8] {
        let collected = CollectedBody()
        try await body.write(Writer(target: collected))
        return collected.buffer.withLock { [UInt8]($0.readableBytesView) }
    }

    private struct Writer: ResponseBodyWriter {
        let target: CollectedBody

        func write(_ buffer: ByteBuffer) async throws {
            target.buffer.withLock { target in
                var part = buffer
                target.writeBuffer(&part)
            }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
