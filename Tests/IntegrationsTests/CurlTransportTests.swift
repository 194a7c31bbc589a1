import Foundation
import Integrations
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit)
struct CurlTransportTests {
    @Test func bringsStatusHeadersAndBodyBack() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok("{\"a\":1}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        let request = HTTPRequest(
            .post, server.url + "/v25.0/me/messages?x=1", headers: [("Authorization", "Bearer T")],
            body: Array("hello".utf8), isIdempotent: false)
        let response = try await transport.send(request)
        #expect(response.status == 200)
        #expect(response.header("x-oDD-case") == "yes")
        #expect(response.body == Array("{\"a\":1}".utf8))
        let received = try #require(server.received.first)
        #expect(received.head.hasPrefix("POST /v25.0/me/messages?x=1 HTTP/1.1\r\n"))
        #expect(received.head.contains("User-Agent: clariva/1"))
        #expect(received.head.contains("Authorization: Bearer T"))
        #expect(received.body == "hello")
    }

    @Test func sendsEveryMethodAndReusesTheConnection() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        for method in [HTTPRequest.Method.get, .post, .delete] {
            _ = try await transport.send(HTTPRequest(method, server.url + "/x", isIdempotent: method != .post))
        }
        #expect(server.received.map { $0.head.prefix(while: { $0 != " " }) } == ["GET", "POST", "DELETE"])
        #expect(server.connections == 1)
    }

    @Test func keepsToItsConnectionLimitUnderParallelRequests() async throws {
        let server = try LoopbackServer { request in .answer(LoopbackServer.ok("\(request.number)")) }
        defer { server.stop() }
        let transport = try CurlTransport(CurlConfiguration(maxHostConnections: 3))
        let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for index in 0..<60 {
                group.addTask {
                    try await transport.send(HTTPRequest(.get, server.url + "/\(index)", isIdempotent: true)).body
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(answers.count == 60)
        #expect(server.connections <= 3)
    }

    @Test func aRefusedConnectionIsNotSent() async throws {
        let bound = try LoopbackServer.bind()
        defer { close(bound.socket) }
        let transport = try CurlTransport()
        await #expect(throws: TransportError.notSent(.connect)) {
            try await transport.send(
                HTTPRequest(.post, "http://127.0.0.1:\(bound.port)/?secret=1", body: [1], isIdempotent: false))
        }
    }

    @Test func aFailedTLSHandshakeIsNotSent() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        await #expect(throws: TransportError.notSent(.tls)) {
            try await transport.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/", isIdempotent: true))
        }
        #expect(server.received.isEmpty)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "http://a b/", "nonsense://", ""])
    func anOddURLIsNotSent(url: String) async throws {
        let transport = try CurlTransport()
        await #expect(throws: TransportError.notSent(.invalidRequest)) {
            try await transport.send(HTTPRequest(.get, url, isIdempotent: true))
        }
    }

    @Test func aHeaderWithALineBreakIsNotSent() async throws {
        let transport = try CurlTransport()
        await #expect(throws: TransportError.notSent(.invalidRequest)) {
            try await transport.send(
                HTTPRequest(.get, "http://127.0.0.1/", headers: [("A", "b\r\nC: d")], isIdempotent: true))
        }
    }

    @Test func aServerThatClosesAfterReadingLeavesNoAnswer() async throws {
        let server = try LoopbackServer { _ in .close }
        defer { server.stop() }
        let transport = try CurlTransport()
        await #expect(throws: TransportError.noAnswer(.reset)) {
            try await transport.send(HTTPRequest(.post, server.url, body: [65], isIdempotent: false))
        }
        #expect(server.received.count == 1)
    }

    /// libcurl by itself repeats a request whose kept connection dies without an answer; a send would go out twice.
    @Test func aSendOnADyingKeptConnectionGoesOutOnce() async throws {
        let server = try LoopbackServer { $0.number == 2 ? .close : .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true))
        await #expect(throws: TransportError.noAnswer(.reset)) {
            try await transport.send(HTTPRequest(.post, server.url, body: [65], isIdempotent: false))
        }
        #expect(server.received.count == 2)
        #expect(server.received.last?.connection == 1)
    }

    /// The negative control of the test above: the same death, and a request that may be repeated.
    @Test func aReadOnADyingKeptConnectionIsRepeated() async throws {
        let server = try LoopbackServer { $0.number == 2 ? .close : .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        for _ in 0..<2 { _ = try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true)) }
        #expect(server.received.count == 3)
    }

    @Test func aSlowAnswerTimesOutAsNoAnswer() async throws {
        let server = try LoopbackServer { _ in .silence }
        defer { server.stop() }
        let transport = try CurlTransport()
        await #expect(throws: TransportError.noAnswer(.timeout)) {
            try await transport.send(
                HTTPRequest(.post, server.url, body: [65], timeout: .milliseconds(300), isIdempotent: false))
        }
        #expect(server.received.count == 1)
    }

    @Test func aRequestThatNeverGotAConnectionIsNotSent() async throws {
        let server = try LoopbackServer { _ in .silence }
        defer { server.stop() }
        let transport = try CurlTransport(CurlConfiguration(maxHostConnections: 1))
        let first = Task { try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true)) }
        var arrivals = server.arrivals.makeAsyncIterator()
        _ = await arrivals.next()
        await #expect(throws: TransportError.notSent(.timeout)) {
            try await transport.send(
                HTTPRequest(.post, server.url, body: [65], timeout: .milliseconds(300), isIdempotent: false))
        }
        first.cancel()
        _ = await first.result
        #expect(server.received.count == 1)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"message_id\":", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"me",
    ])
    func aTruncatedAnswerIsNoAnswer(raw: String) async throws {
        let server = try LoopbackServer { _ in .answerAndClose(raw) }
        defer { server.stop() }
        let transport = try CurlTransport()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(.post, server.url, body: [65], isIdempotent: false))
        }
        guard case .noAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(server.received.count == 1)
    }

    @Test func anOversizedAnswerIsNoAnswer() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok(String(repeating: "x", count: 5000))) }
        defer { server.stop() }
        let transport = try CurlTransport(CurlConfiguration(maxResponseBytes: 4999))
        await #expect(throws: TransportError.noAnswer(.tooLarge)) {
            try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true))
        }
    }

    @Test func redirectsAreAnswersAndNotFollowed() async throws {
        let server = try LoopbackServer { _ in
            .answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let transport = try CurlTransport()
        #expect(try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true)).status == 302)
        #expect(server.received.count == 1)
    }

    @Test func theLastLookBeforeTheFirstByteCanWithdraw() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        await #expect(throws: TransportError.notSent(.withdrawn)) {
            try await transport.send(
                HTTPRequest(.post, server.url, body: [65], isIdempotent: false, beforeFirstByte: { false }))
        }
        #expect(server.received.isEmpty)
        _ = try await transport.send(
            HTTPRequest(.post, server.url, body: [65], isIdempotent: false, beforeFirstByte: { true }))
        #expect(server.received.count == 1)
    }

    @Test func cancellingAfterTheRequestArrivedSaysSo() async throws {
        let server = try LoopbackServer { _ in .silence }
        defer { server.stop() }
        let transport = try CurlTransport()
        let task = Task { try await transport.send(HTTPRequest(.post, server.url, body: [65], isIdempotent: false)) }
        var arrivals = server.arrivals.makeAsyncIterator()
        _ = await arrivals.next()
        task.cancel()
        await #expect(throws: TransportError.cancelled(wasSent: true)) { try await task.value }
    }

    @Test func aTaskThatIsAlreadyCancelledSendsNothing() async throws {
        let server = try LoopbackServer { _ in .answer(LoopbackServer.ok("{}")) }
        defer { server.stop() }
        let transport = try CurlTransport()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true))
        }
        await #expect(throws: TransportError.cancelled(wasSent: false)) { try await task.value }
        #expect(server.received.isEmpty)
    }

    @Test func shutdownEndsWhatIsUnderWayAndRefusesMore() async throws {
        let server = try LoopbackServer { _ in .silence }
        defer { server.stop() }
        let transport = try CurlTransport()
        let task = Task { try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true)) }
        var arrivals = server.arrivals.makeAsyncIterator()
        _ = await arrivals.next()
        transport.shutdown()
        transport.shutdown()
        await #expect(throws: TransportError.cancelled(wasSent: true)) { try await task.value }
        await #expect(throws: TransportError.notSent(.shutDown)) {
            try await transport.send(HTTPRequest(.get, server.url, isIdempotent: true))
        }
    }
}
