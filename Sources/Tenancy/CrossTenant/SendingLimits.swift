/// What may be sent now, for those who look for due replies.
public struct SendingLimits: Sendable, Hashable {
    /// Whether anything may be.
    public var isOn = true
    /// Whether some tenants have sending switched off: theirs are left out.
    public var someAreOff = false
    /// Flows through which nothing goes out now: replies of tenants that answer through them are left out.
    public var blockedFlows: [Flow] = []
    /// Whether each reply's flow is asked for (``DueReply/flow``).
    public var needsFlow = false

    /// Everything may be sent.
    public init() {}

    /// Of a queued reply `r`: whether it may be sent.
    ///
    /// Each condition only where it is needed: the looks run often.
    /// - Parameter number: of the first parameter of ``values``.
    func condition(_ number: Int) -> String {
        guard isOn else { return "1 = 0" }
        var conditions: [String] = []
        if someAreOff { conditions.append(Self.isNotSwitchedOff) }
        if !blockedFlows.isEmpty { conditions.append(Self.isNotBlocked(number)) }
        return conditions.isEmpty ? "1 = 1" : conditions.joined(separator: " AND ")
    }

    /// Of a reply `r`: through which flow its tenant answers.
    var flowColumn: String { needsFlow ? Self.flowOfReply : "NULL" }

    /// The names are words of ours without quotes or commas; a flow is found between two commas.
    var values: [String] { blockedFlows.isEmpty ? [] : ["," + blockedFlows.map { $0.rawValue + "," }.joined()] }

    private static let isNotSwitchedOff = """
        NOT EXISTS (SELECT 1 FROM switches s WHERE s.tenant_id = r.tenant_id AND s.sending = 0)
        """

    private static func isNotBlocked(_ number: Int) -> String {
        """
        NOT EXISTS (SELECT 1 FROM connections c WHERE c.tenant_id = r.tenant_id
            AND c.state IN ('active', 'degraded') AND ?\(number) LIKE '%,' || c.flow || ',%')
        """
    }

    private static let flowOfReply = """
        (SELECT c.flow FROM connections c WHERE c.tenant_id = r.tenant_id AND c.state IN ('active', 'degraded'))
        """
}
