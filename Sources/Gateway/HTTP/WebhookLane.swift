internal import HTTPTypes
internal import Integrations
internal import NIOCore
internal import NIOHTTPTypes

/// Takes ordinary deliveries where they are read, on the connection's own thread, and hands every other request on.
///
/// Hummingbird gives each request a task, which changes threads at least twice; of what a delivery costs that is the
/// largest part (docs/decisions/0010-deliveries-on-the-connections-thread.md). A delivery is ordinary when its length is
/// told and small and its signature is well-formed: the rest, with its refusals, is ``WebhookEndpoint``'s.
/// ``WebhookTurns`` decides, this performs.
final class WebhookLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Takes a delivery in and tells the answer on whatever thread it is known.
    typealias Deliver = @Sendable ([UInt8], WebhookSignature, @escaping @Sendable (ReceiveAnswer) -> Void) -> Void

    /// What came while a delivery is open. Whoever hears of it behind us would close a connection that looks idle, or
    /// answer before its turn.
    private enum Held {
        case part(HTTPRequestPart)
        case event(Any)
        case error(any Error)
    }

    private let deliver: Deliver
    private var turns = WebhookTurns()
    private var held = CircularBuffer<Held>()
    private var owesRead = false

    init(_ deliver: @escaping Deliver) {
        self.deliver = deliver
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(turns.read(unwrapInboundIn(data), isWritable: context.channel.isWritable), context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { turns.answered() }
        context.write(data, promise: promise)
    }

    /// What a client sends beyond an open delivery is not read further than it was.
    func read(context: ChannelHandlerContext) {
        if held.isEmpty {
            context.read()
        } else {
            owesRead = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { turns.inputEnded() }
        if turns.isDelivering {
            held.append(.event(event))
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        turns.inputEnded()
        if turns.isDelivering {
            held.append(.error(error))
        } else {
            context.fireErrorCaught(error)
        }
    }

    private func perform(_ action: WebhookTurns.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .nothing: break
        case .handOn(let part): context.fireChannelRead(wrapInboundOut(part))
        case .hold(let part): held.append(.part(part))
        case .deliver(let body, let signature):
            let here = NIOLoopBound((lane: self, context: context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            deliver(body, signature) { answer in
                eventLoop.execute { here.value.lane.respond(answer, here.value.context) }
            }
        }
    }

    private func respond(_ answer: ReceiveAnswer, _ context: ChannelHandlerContext) {
        var response = HTTPTypes.HTTPResponse(status: .ok, headerFields: [.contentLength: "0"])
        var body: [UInt8] = []
        if let problem = WebhookEndpoint.problem(answer) {
            response.status = problem.status
            (response.headerFields, body) = problem.content
        }
        response.headerFields[.date] = HTTPDate.now
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if !body.isEmpty { context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        turns.delivered()
        release(context)
    }

    /// What came meanwhile goes on, in its order.
    private func release(_ context: ChannelHandlerContext) {
        guard !held.isEmpty else { return }
        var hasParts = false
        while let next = held.popFirst() {
            switch next {
            case .part(let part):
                hasParts = true
                perform(turns.read(part, isWritable: context.channel.isWritable), context)
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
        if hasParts { context.fireChannelReadComplete() }
        if owesRead {
            owesRead = false
            context.read()
        }
    }
}
