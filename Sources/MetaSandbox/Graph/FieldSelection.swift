internal import Integrations

/// A `fields` parameter, taken apart: `id,messages.limit(5){id,from}`.
struct FieldSelection: Sendable {
    private var names: [(name: String, inner: FieldSelection)] = []

    init(_ text: String) {
        var rest = Substring(text)
        self.init(&rest)
    }

    private init(_ rest: inout Substring) {
        while let first = rest.first, first != "}" {
            let name = rest.prefix { !",{}".contains($0) }
            rest = rest.dropFirst(name.count)
            var inner = FieldSelection("")
            if rest.first == "{" {
                rest = rest.dropFirst()
                inner = FieldSelection(&rest)
                rest = rest.dropFirst()
            }
            let plain = name.prefix { $0 != "." && $0 != "(" }
            if !plain.isEmpty { names.append((String(plain), inner)) }
            if rest.first == "," { rest = rest.dropFirst() }
        }
    }

    var isEmpty: Bool { names.isEmpty }

    /// The selection inside a field; `nil` where the field was not asked for.
    subscript(name: String) -> FieldSelection? { names.first { $0.name == name }?.inner }

    /// Keeps what was asked for, and always the id.
    /// - Parameter standard: what Graph gives when nothing is asked for.
    func pick(from node: JSONObject, standard: [String] = []) -> JSONValue {
        var result = JSONObject()
        for (key, value) in node where key == "id" || (isEmpty ? standard.contains(key) : self[key] != nil) {
            result[key] = value
        }
        return .object(result)
    }
}
