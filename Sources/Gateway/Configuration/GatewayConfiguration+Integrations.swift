public import Integrations

extension GatewayConfiguration {
    /// The flows that are configured, over one transport.
    /// - Parameter onAnswer: hears of every call to Meta.
    public func integrations(
        transport: any HTTPTransport, onAnswer: (@Sendable (GraphObservation) -> Void)? = nil
    ) -> IntegrationRegistry {
        let all: [(any Integration)?] = [
            instagram.map { InstagramLogin($0, transport: transport, onAnswer: onAnswer) },
            facebook.map { FacebookPage($0, transport: transport, onAnswer: onAnswer) },
        ]
        return IntegrationRegistry(all.compactMap(\.self))
    }
}
