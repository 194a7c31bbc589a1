internal import HTTPTypes
internal import Integrations
internal import NIOCore
internal import NIOHTTPTypes

/// Takes ordinary deliveries where they are read, on the connection's own thread, and hands every other request on.
///
/// Hummingbird gives each request a task, which changes threads at least twice; of what a delivery costs that is the
/// largest part (docs/performance.md). A delivery is ordinary when its length is told and small and its signature is
/// well-formed: the rest, with its refusals, is ``WebhookEndpoint``'s. ``WebhookTurns`` decides, this performs.
final class WebhookLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let endpoint: WebhookEndpoint
    private var turns = WebhookTurns()
    /// What the connection tells (it is to close when it is idle, its other end sends no more) while a delivery is open:
    /// whoever hears it closes a connection that looks idle.
    private var heldEvents: [Any] = []
    private var owesRead = false

    init(_ endpoint: WebhookEndpoint) {
        self.endpoint = endpoint
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(turns.read(unwrapInboundIn(data)), context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        if case .end = part {
            turns.responded()
            goOn(context)
        }
    }

    /// What a client sends beyond the delivery that is open waits in the kernel.
    func read(context: ChannelHandlerContext) {
        if turns.holdsParts {
            owesRead = true
        } else {
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if turns.isDelivering {
            heldEvents.append(event)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func perform(_ action: WebhookTurns.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .nothing: break
        case .handOn(let part): context.fireChannelRead(wrapInboundOut(part))
        case .deliver(let body, let signature):
            let here = NIOLoopBound((lane: self, context: context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            endpoint.deliver(body, signature: signature) { answer in
                eventLoop.execute { here.value.lane.respond(answer, here.value.context) }
            }
        }
    }

    private func respond(_ answer: ReceiveAnswer, _ context: ChannelHandlerContext) {
        var response = HTTPTypes.HTTPResponse(status: .ok, headerFields: [.contentLength: "0", .date: HTTPDate.now])
        var body: [UInt8] = []
        if let problem = WebhookEndpoint.problem(answer) {
            response.status = problem.status
            (response.headerFields, body) = problem.content
            response.headerFields[.date] = HTTPDate.now
        }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if !body.isEmpty { context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        turns.responded()
        goOn(context)
    }

    /// A request was answered: what came meanwhile has its turn.
    private func goOn(_ context: ChannelHandlerContext) {
        var handedOn = false
        while let action = turns.next() {
            if case .handOn = action { handedOn = true }
            perform(action, context)
        }
        if handedOn { context.fireChannelReadComplete() }
        guard !turns.isDelivering else { return }
        for event in heldEvents { context.fireUserInboundEventTriggered(event) }
        heldEvents = []
        if owesRead, !turns.holdsParts {
            owesRead = false
            context.read()
        }
    }
}
