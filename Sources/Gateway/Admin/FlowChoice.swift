internal import Integrations
internal import Tenancy

extension IntegrationRegistry {
    /// The flow of this name, if it is switched on.
    /// - Parameter field: where the request named it.
    /// - Throws: ``Problem`` 422 that says why it cannot be used.
    func flow(_ name: String, field: String = "flow") throws -> Flow {
        var validation = InputValidation()
        check(name, field: field, &validation)
        try validation.finish()
        return Flow(rawValue: name)
    }

    /// Notes a flow that is unknown or off.
    func check(_ name: String, field: String = "flow", _ validation: inout InputValidation) {
        if self[name] != nil { return }
        if let known = Self.known.first(where: { $0.name == name }) {
            validation.fail(field, known.offReason)
        } else {
            validation.fail(field, "must be one of \(Self.known.map(\.name).joined(separator: ", "))")
        }
    }
}
