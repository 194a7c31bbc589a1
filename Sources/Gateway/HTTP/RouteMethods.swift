internal import HTTPTypes
internal import Synchronization

/// Remembers which methods each path takes, so that a wrong method is told from a wrong path.
final class RouteMethods: Sendable {
    private let routes = Mutex<[(components: [String], method: String)]>([])

    func add(_ path: String, _ method: HTTPTypes.HTTPRequest.Method) {
        routes.withLock { $0.append((Self.components(path), method.rawValue)) }
    }

    /// - Returns: in alphabetical order; empty for an unknown path.
    func allowed(for path: String) -> [String] {
        let wanted = Self.components(path)
        let found = routes.withLock { routes in routes.filter { Self.matches($0.components, wanted) }.map(\.method) }
        var methods = Set(found)
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }

    private static func components(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func matches(_ pattern: [String], _ path: [String]) -> Bool {
        if pattern.last == "**" {
            return path.count >= pattern.count && matches(pattern.dropLast(), path.prefix(pattern.count - 1))
        }
        return pattern.count == path.count && matches(pattern[...], path[...])
    }

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        pattern.count == path.count
            && zip(pattern, path).allSatisfy { $0 == $1 || $0.hasPrefix(":") || $0.hasPrefix("{") || $0 == "*" }
    }
}
