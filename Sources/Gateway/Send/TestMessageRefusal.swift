internal import HTTPTypes
public import Integrations
public import Tenancy

/// Why a test message is not sent.
public enum TestMessageRefusal: Error, Sendable, Hashable {
    case noConnection
    /// The connection does not answer in this state.
    case notAnswering(Connection.State)
    /// The flow is switched off; why, in a sentence.
    case flowOff(String)
    /// Sending is switched off, for the tenant or altogether.
    case sendingOff
    /// No person's id, or one of a connected account's.
    case noPerson
    /// Meta shows no message of that person to this account.
    case neverWrote
    /// The person has not written within the messaging window, of so many seconds.
    case windowClosed(Int)
    /// The person has asked for silence.
    case optedOut
    /// Meta cannot be asked now who has written.
    case metaSilent
    /// Meta refuses to say who has written.
    case metaRefused(GraphError)

    /// What the caller is told, and what to do about it.
    /// - Parameters:
    ///   - tenant: in the path.
    ///   - connection: in the path.
    func problem(tenant: TenantID, connection: ConnectionID) -> Problem {
        let path = "/v1/tenants/\(tenant)/connections/\(connection)"
        return switch self {
        case .noConnection: .notFound("connection")
        case .notAnswering(.disconnected):
            Problem(
                .conflict, "The connection has ended: make a connect link (POST /v1/tenants/\(tenant)/connect-links).")
        case .notAnswering(let state):
            Problem(.conflict, "The connection is \(state.rawValue): send the doctor a link (POST \(path)/reconnect).")
        case .flowOff(let reason): Problem(.conflict, "\(reason) Set them, or switch the tenant to another flow.")
        case .sendingOff:
            Problem(
                .conflict,
                "Sending is switched off: switch it on first (PUT /v1/tenants/\(tenant)/switches, or /v1/switches).")
        case .noPerson:
            .invalid(
                "recipient_id", "is no id of a person who writes: take one of the recipients of POST \(path)/check")
        case .neverWrote:
            .invalid(
                "recipient_id",
                "has not written to this account, as far as Meta shows: write to it from there, then take the id from the "
                    + "recipients of POST \(path)/check")
        case .windowClosed(let seconds):
            Problem(
                .conflict,
                "The last message is older than the messaging window (\(seconds) seconds): write to the account from "
                    + "there, then send again.")
        case .optedOut: Problem(.conflict, "The person has asked for silence: take another recipient.")
        case .metaSilent:
            Problem(
                .conflict, "Meta cannot be asked now who has written: try again in a minute.",
                headers: [.retryAfter: "60"])
        case .metaRefused:
            Problem(
                .conflict,
                "Meta refuses to say who has written: POST \(path)/check tells what is missing and how it is mended.")
        }
    }
}
