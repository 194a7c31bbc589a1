internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import NIOCore

/// Turns HTTP into calls to the world and answers back into HTTP.
struct SandboxRoutes: Sendable {
    let control: SandboxControl
    private static let largestBody = 32 << 20

    func router() -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        on(router, "/instagram/oauth/authorize", base: 3) { .world { $0.authorize(.instagramLogin, $1) } }
        on(router, "/facebook/dialog/oauth", base: 3) { .world { $0.authorize(.facebookPage, $1) } }
        on(router, "/facebook/{version}/dialog/oauth", base: 4) { .world { $0.authorize(.facebookPage, $1) } }
        on(router, "/instagram-api/oauth/access_token", base: 1) {
            .world { world, request in
                world.spoiled(world.exchangeInstagramCode(request), nil, .instagramLogin, operation: "token")
            }
        }
        on(router, "/instagram-graph/**", base: 1) { .world { $0.graph(.instagramLogin, $1) } }
        on(router, "/facebook-graph/**", base: 1) { .world { $0.graph(.facebookPage, $1) } }
        on(router, "/facebook-graph", base: 1) { .world { $0.graph(.facebookPage, $1) } }
        on(router, "/control/**", base: 1) { .control { await $0.command($1) } }
        on(router, "/", base: 0) { .control { await $0.page($1) } }
        on(router, "/pages/**", base: 0) { .control { await $0.page($1) } }
        return router
    }

    /// Who answers: the world alone, or the control, which may wait.
    enum Handler: Sendable {
        case world(@Sendable (inout SandboxWorld, SandboxRequest) -> SandboxAnswer)
        case control(@Sendable (SandboxControl, SandboxRequest) async -> SandboxAnswer)
    }

    private func on(
        _ router: Router<SandboxContext>, _ path: RouterPath, base: Int, _ make: () -> Handler
    ) {
        let handler = make()
        for method in [HTTPRequest.Method.get, .post, .delete, .put] {
            router.on(path, method: method) { request, context in
                var read = try await Self.read(request, base: base)
                var answer: SandboxAnswer
                switch handler {
                case .world(let body):
                    answer = control.apply { [read] world in body(&world, read) }
                    if let wait = answer.comesAfter {
                        try await Task.sleep(for: .milliseconds(wait))
                        read.hasWaited = true
                        answer = control.apply { [read] world in body(&world, read) }
                    }
                case .control(let body): answer = await body(control, read)
                }
                await control.waitForDelivery(of: answer.awaits)
                if answer.delay > 0 { try await Task.sleep(for: .milliseconds(answer.delay)) }
                return try await Self.write(answer, context.channel)
            }
        }
    }

    private static func read(_ request: Request, base: Int) async throws -> SandboxRequest {
        let bytes = try await request.body.collect(upTo: largestBody)
        let segments = request.uri.path.split(separator: "/").map { FormFields.decode($0.replacing("+", with: "%2B")) }
        var read = SandboxRequest(method: request.method.rawValue, path: Array(segments.dropFirst(base)))
        read.query = FormFields(request.uri.query ?? "")
        let type = request.headers[.contentType] ?? ""
        if type.hasPrefix("application/json") || bytes.getInteger(at: bytes.readerIndex) == UInt8(ascii: "{") {
            read.json = try? JSONValue.parse(Array(bytes.readableBytesView))
        } else {
            read.form = FormFields(String(decoding: bytes.readableBytesView, as: UTF8.self))
        }
        let authorization = request.headers[.authorization] ?? ""
        if authorization.lowercased().hasPrefix("bearer ") { read.bearer = String(authorization.dropFirst(7)) }
        read.origin = "http://\(request.head.authority ?? "127.0.0.1")"
        return read
    }

    private static func write(_ answer: SandboxAnswer, _ channel: any NIOCore.Channel) async throws -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        for (name, value) in answer.headers {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        let buffer = ByteBuffer(bytes: answer.body)
        switch answer.fate {
        case .whole:
            return Response(
                status: .init(code: answer.status), headers: headers, body: ResponseBody(byteBuffer: buffer))
        case .lost:
            try await channel.close()
            throw CancellationError()
        case .truncated:
            headers[.contentLength] = "\(answer.body.count)"
            let half = buffer.getSlice(at: 0, length: answer.body.count / 2) ?? ByteBuffer()
            let body = ResponseBody(contentLength: answer.body.count) { writer in
                try await writer.write(half)
                try await channel.close()
            }
            return Response(status: .init(code: answer.status), headers: headers, body: body)
        }
    }
}
