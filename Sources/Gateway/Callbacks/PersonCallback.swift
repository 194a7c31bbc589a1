internal import Integrations
internal import Tenancy

/// Meta's word that a person has left one of our apps, verified. Pure: says which connections it is about.
struct PersonCallback: Sendable {
    /// How far Meta's clock and ours may be apart, in seconds.
    static let tolerance: Int64 = 600

    /// The person's id in ``app``; to another app it means nothing.
    let person: String
    /// When Meta made it, seconds since 1970.
    let issuedAt: Int64?
    /// The app whose secret signed it.
    let app: MetaApp

    init(_ request: SignedRequest) {
        person = request.userID
        issuedAt = request.issuedAt
        app = request.app
    }

    /// The flows that stand on the app, switched on or not.
    var flows: [Flow] {
        IntegrationRegistry.known.filter { $0.app == app }.map { Flow(rawValue: $0.name) }
    }

    /// What tells it from every other one.
    var identity: [String] { [app.rawValue, person, issuedAt.map { "\($0)" } ?? ""] }

    /// Whether a connection, as it stands now, is this person's in this app.
    ///
    /// A token that Meta has given since then rests on a later consent: an old request that comes again does not end it.
    func concerns(_ connection: Connection) -> Bool {
        guard flows.contains(connection.flow),
            connection.appUserID == person || connection.aliases.contains(person)
        else { return false }
        guard let issuedAt, let consent = connection.tokenIssuedAt else { return true }
        return consent.milliseconds / 1000 - Self.tolerance <= issuedAt
    }
}
