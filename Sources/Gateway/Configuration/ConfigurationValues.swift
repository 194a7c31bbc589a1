internal import Foundation

/// Reads single values and collects what is wrong with them. The value of a faulty variable is its default, so that
/// reading goes on and every fault is found.
struct ConfigurationValues {
    private let lookup: (String) -> String?
    private(set) var faults: [ConfigurationFault] = []

    /// - Parameter lookup: gives a variable's value.
    init(_ lookup: @escaping (String) -> String?) {
        self.lookup = lookup
    }

    mutating func fail(_ variable: ConfigurationVariable, _ problem: String) {
        faults.append(ConfigurationFault(variable, problem))
    }

    /// - Returns: the trimmed text; `nil` where it is missing, empty or still the example's placeholder (a fault).
    mutating func text(_ variable: ConfigurationVariable) -> String? {
        guard let raw = lookup(variable.rawValue) else { return nil }
        let text = raw.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { return nil }
        if text.hasPrefix("<"), text.hasSuffix(">") {
            fail(variable, "still holds the example's placeholder")
            return nil
        }
        return text
    }

    /// Whether somebody wrote it down: a default is never at fault.
    func isSet(_ variable: ConfigurationVariable) -> Bool {
        lookup(variable.rawValue)?.contains { !$0.isWhitespace } ?? false
    }

    mutating func requiredText(_ variable: ConfigurationVariable, _ missing: String) -> String? {
        let before = faults.count
        let text = text(variable)
        if text == nil, faults.count == before { fail(variable, missing) }
        return text
    }

    mutating func secret(_ variable: ConfigurationVariable) -> Secret? { text(variable).map(Secret.init) }

    mutating func integer(_ variable: ConfigurationVariable, _ standard: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = text(variable) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            fail(variable, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return value
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ variable: ConfigurationVariable, _ standard: Value
    ) -> Value where Value.RawValue == String {
        guard let text = text(variable) else { return standard }
        guard let value = Value(rawValue: text) else {
            fail(variable, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            return standard
        }
        return value
    }

    /// A URL that must be https unless its host is loopback.
    /// - Parameters:
    ///   - isBase: paths are appended to it, so that it takes neither query nor fragment.
    ///   - hasPath: whether it may have a path of its own.
    /// - Returns: without a slash at its end.
    mutating func url(
        _ variable: ConfigurationVariable, _ standard: String, isBase: Bool = true, hasPath: Bool = true
    ) -> String {
        guard let text = text(variable) else { return standard }
        // `{version}` may stand in the Facebook dialog's URL; braces are no URL characters.
        let plain = text.replacingOccurrences(of: "{version}", with: "v0")
        guard let parts = URLComponents(string: plain), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, scheme == "https" || scheme == "http"
        else {
            fail(variable, "must be an absolute https URL")
            return standard
        }
        if scheme == "http", !Self.isLoopback(host) {
            fail(variable, "must be https: only a loopback host (localhost, 127.0.0.1, [::1]) may go without")
        }
        if parts.user != nil || parts.password != nil { fail(variable, "must not hold a user name or password") }
        if isBase, parts.query != nil || parts.fragment != nil {
            fail(variable, "is a base address and takes neither query nor fragment")
        }
        if !hasPath, !["", "/"].contains(parts.path) {
            fail(variable, "takes no path: the service has a host of its own")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    static func isLoopback(_ host: String) -> Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        return bare == "localhost" || bare == "::1" || bare.hasSuffix(".localhost")
            || (bare.hasPrefix("127.") && bare.split(separator: ".").count == 4)
    }
}
