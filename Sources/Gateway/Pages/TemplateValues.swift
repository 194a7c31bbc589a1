internal import Mustache

/// What a template sees of a page. The engine reflects a value anew for each name that it looks up in it; here each is
/// reflected once, which makes a page of fifty rows some times quicker.
struct TemplateValues: MustacheParent {
    private let children: [String: Any]

    /// - Parameter value: a structure; its stored properties are the names.
    init(of value: Any) {
        children = Dictionary(
            Mirror(reflecting: value).children.compactMap { child in
                guard let name = child.label, let shown = Self.shown(child.value) else { return nil }
                return (name, shown)
            }
        ) { first, _ in first }
    }

    func child(named name: String) -> Any? { children[name] }

    private static func shown(_ value: Any) -> Any? {
        if value is String || value is Bool || value is Int { return value }
        let mirror = Mirror(reflecting: value)
        return switch mirror.displayStyle {
        case .optional: mirror.children.first.flatMap { shown($0.value) }
        case .collection: mirror.children.compactMap { shown($0.value) }
        case .struct: TemplateValues(of: value)
        default: value
        }
    }
}
