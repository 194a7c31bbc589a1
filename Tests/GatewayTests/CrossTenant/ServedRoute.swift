import HTTPTypes
import Hummingbird
import Synchronization

@testable import Gateway

/// One route as the router was told of it.
struct ServedRoute: Sendable, Hashable, CustomStringConvertible {
    var method: String
    /// A parameter begins with a colon.
    var components: [String]

    init(_ method: String, _ path: String) {
        self.method = method
        components = path.split(separator: "/").map { component in
            component.hasPrefix("{") ? ":\(component.dropFirst().dropLast())" : String(component)
        }
    }

    var description: String { "\(method) /\(components.joined(separator: "/"))" }

    /// The words before the parameters: `connections` for `connections/:id`.
    var things: [String] {
        zip(components, components.dropFirst()).filter { $1.hasPrefix(":") }.map(\.0)
    }

    var isOfTheAPI: Bool { components.first == "v1" }

    /// The path with its parameters filled in.
    func path(_ ids: [String]) -> String {
        var rest = ids[...]
        return components.reduce(into: "") { path, component in
            path += "/" + (component.hasPrefix(":") ? rest.popFirst() ?? "" : component)
        }
    }
}

/// Passes routes on to the service's router and remembers them.
final class RecordingRouter: RouterMethods {
    typealias Context = GatewayRequestContext

    let router = GatewayRouter()
    private let found = Mutex<[ServedRoute]>([])

    var routes: [ServedRoute] { found.withLock { $0 } }

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPTypes.HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == Context {
        found.withLock { $0.append(ServedRoute(method.rawValue, path.description)) }
        router.on(path, method: method, responder: responder)
        return self
    }

    @discardableResult
    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        router.add(middleware: middleware)
        return self
    }
}
