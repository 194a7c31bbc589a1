internal import HTTPTypes
internal import Hummingbird

/// A router that also keeps ``RouteMethods``.
struct GatewayRouter: RouterMethods {
    typealias Context = GatewayRequestContext

    private let router: Router<GatewayRequestContext>
    let methods = RouteMethods()

    init() {
        router = Router(context: GatewayRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
    }

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPTypes.HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == Context {
        methods.add(path.description, method)
        router.on(path, method: method, responder: responder)
        return self
    }

    @discardableResult
    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        router.add(middleware: middleware)
        return self
    }

    func responder() -> ProblemResponder<RouterResponder<GatewayRequestContext>> {
        ProblemResponder(inner: router.buildResponder(), methods: methods)
    }
}
