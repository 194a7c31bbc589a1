internal import NIOCore

/// Closes a connection on which nothing was read for a while: one that is kept without a request, and one whose client
/// stops in the middle of a head or a body, would hold its place for ever. Stands behind an `IdleStateHandler`.
final class SilentConnectionCloser: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Longer than the slowest answer: nothing is read either while a request is worked on.
    static let limit = TimeAmount.seconds(90)

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .read? = event as? IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
