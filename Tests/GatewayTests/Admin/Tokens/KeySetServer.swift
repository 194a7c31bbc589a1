import Hummingbird
import Integrations
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing

/// Publishes a key set over real HTTP, and counts how often it is asked for.
final class KeySetServer: Sendable {
    struct Answer: Sendable {
        var status = 200
        var body: [UInt8] = []
        var location: String?
    }

    let url: String
    private let server: RunningService
    private let book: Book

    private final class Book: Sendable {
        let answer: Mutex<Answer>
        let count = Mutex(0)

        init(_ answer: Answer) {
            self.answer = Mutex(answer)
        }
    }

    init(_ entries: [JSONObject]) async throws {
        let book = Book(Answer(body: TokenKey.set(entries)))
        let router = Router()
        // A slash at the end is part of the address.
        router.get("keys/") { _, _ -> Response in
            book.count.withLock { $0 += 1 }
            let answer = book.answer.withLock { $0 }
            var response = Response(
                status: .init(code: answer.status), body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
            response.headers[.location] = answer.location
            return response
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "keys") { _ in SwiftLogNoOpLogHandler() })
        server = RunningService(application)
        var iterator = ports.makeAsyncIterator()
        url = "http://127.0.0.1:\(try #require(await iterator.next()))/keys/"
        self.book = book
    }

    /// How often somebody asked.
    var count: Int { book.count.withLock { $0 } }

    func publish(_ entries: [JSONObject]) { answer(Answer(body: TokenKey.set(entries))) }

    func answer(_ answer: Answer) { book.answer.withLock { $0 = answer } }

    func end() async { await server.ended() }
}
