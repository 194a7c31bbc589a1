internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Says as a problem that a request cannot be read as HTTP.
///
/// Such a request reaches no route. Hummingbird answers it with 400 and no body, which is filled here.
final class UnreadableRequestAnswer: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let problem = Problem(
        .badRequest,
        "The request cannot be read as HTTP, or its head is too large: 16 KiB a field, 32 KiB and 100 fields in all.",
        headers: [.connection: "close", .xContentTypeOptions: "nosniff"])

    private var isUnreadable = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { isUnreadable = true }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isUnreadable, case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentLength] == "0"
        else { return context.write(data, promise: promise) }
        let (headers, body) = Self.problem.content
        var answer = HTTPTypes.HTTPResponse(status: .badRequest, headerFields: headers)
        answer.headerFields[.date] = HTTPDate.now
        context.write(wrapOutboundOut(.head(answer)), promise: promise)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
    }
}
