public import Integrations
internal import Storage
public import Tenancy

/// Whether the operational webhook takes a signed call.
public struct NotifyCheck: Sendable {
    private let transport: any HTTPTransport

    /// - Parameter transport: as the service uses it.
    public init(transport: any HTTPTransport) {
        self.transport = transport
    }

    /// Makes one signed call of the type `doctor.test`.
    /// - Parameters:
    ///   - notify: `nil` where nobody is called.
    ///   - now: the call's time.
    public func run(_ notify: GatewayConfiguration.Notify?, now: Timestamp) async -> CheckResult {
        let name = "operational webhook"
        guard let notify else { return CheckResult(name, .pass, "off: CLARIVA_NOTIFY_URL is not set") }
        guard let courier = try? NoticeCourier(notify, transport: transport, integrations: IntegrationRegistry([]))
        else {
            return CheckResult(name, .fail, "the secret cannot be used", fix: "correct CLARIVA_NOTIFY_SECRET")
        }
        let id = IdentifierSource().make(now: now.milliseconds)
        switch await courier.deliverTest(id: "\(id)", at: now) {
        case .delivered: return CheckResult(name, .pass, "takes a signed call")
        case .gone:
            return CheckResult(
                name, .fail, "HTTP 410: it wants no more calls", fix: "correct or remove CLARIVA_NOTIFY_URL")
        case .failed(let word, _):
            return CheckResult(
                name, .fail, "does not take a signed call (\(word))",
                fix: "see that CLARIVA_NOTIFY_URL is right and answers 2xx, and that its receiver has the same secret")
        }
    }
}
