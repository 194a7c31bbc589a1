/// One thing that is wrong with the configuration. It names the variable and never its value.
public struct ConfigurationFault: Sendable, Hashable, CustomStringConvertible {
    /// The variable's name, or a place in the file.
    public var variable: String
    /// What is wrong and what would be right.
    public var problem: String

    /// - Parameters:
    ///   - variable: its name.
    ///   - problem: without the value.
    public init(_ variable: ConfigurationVariable, _ problem: String) {
        self.variable = variable.rawValue
        self.problem = problem
    }

    /// - Parameters:
    ///   - name: a name that is no known variable, or a place in the file.
    ///   - problem: without the value.
    public init(name: String, _ problem: String) {
        self.variable = name
        self.problem = problem
    }

    /// Safe for logs.
    public var description: String { "\(variable): \(problem)" }
}

/// Everything that is wrong with the configuration, at once.
public struct ConfigurationFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// At least one.
    public var faults: [ConfigurationFault]

    /// - Parameter faults: at least one.
    public init(_ faults: [ConfigurationFault]) {
        self.faults = faults
    }

    /// Safe for logs.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
