/// How a tenant is connected, by the name of the integration that does it. Which flows there are is the integrations'
/// affair: here it is only a name.
public struct Flow: RawRepresentable, Sendable, Hashable {
    /// `instagram_login` or `facebook_page`.
    public let rawValue: String

    /// - Parameter rawValue: the name of an integration; whether there is one is not checked.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
