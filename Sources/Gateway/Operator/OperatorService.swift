internal import Cryptography
internal import Logging
internal import Tenancy

/// Who is signed in at the operator's page.
struct SignedInOperator: Sendable {
    var session: Session
    /// As the audit log calls it.
    var actor: AuditActor
}

/// What the operator's page does and shows: over all practices, and nothing that a patient or a practice wrote.
///
/// Whoever signs in shows a key of the scope `admin`, or the one of the configuration. The session ends with the key.
struct OperatorService: Sendable {
    let store: TenancyStore
    let commands: any PipelineCommands
    let clock: any WallClock
    let logger: Logger
    /// As browsers see the service.
    let publicURL: String
    /// Whether nothing is sent because many accounts fail at once, as far as this process knows; `nil` where it sends
    /// nothing itself and cannot know.
    let isMetaFailing: (@Sendable () -> Bool)?

    private let keys: APIKeys
    private let sessions: Sessions
    private let bootstrap: Secret?
    private let attempts: RateLimiter

    /// - Parameters:
    ///   - bootstrap: the configuration's key.
    ///   - attempts: counts attempts to sign in, by address.
    init(
        store: TenancyStore, commands: any PipelineCommands, publicURL: String, bootstrap: Secret?,
        attempts: RateLimiter, clock: any WallClock, logger: Logger,
        isMetaFailing: (@Sendable () -> Bool)?
    ) {
        self.store = store
        self.commands = commands
        self.publicURL = publicURL
        self.bootstrap = bootstrap
        self.attempts = attempts
        self.clock = clock
        self.logger = logger
        self.isMetaFailing = isMetaFailing
        keys = APIKeys(store)
        sessions = Sessions(store)
    }

    // MARK: Sessions

    /// Opens a session for whoever shows a key that sees and changes everything.
    /// - Returns: the cookie's value; `nil` for any other text, whatever is wrong with it.
    /// - Throws: ``Problem`` 429 where one address tries too often.
    func signIn(_ text: String, from address: ClientAddress, requestID: String) async throws -> String? {
        try attempts.count(address: address)
        let key = try await owner(of: text)
        guard let key else {
            logger.notice("an attempt to sign in at the operator's page was refused")
            return nil
        }
        let author = AuditAuthor(.operator(key), requestID: requestID)
        let now = clock.now
        let opened = try await sessions.open(.operator(key), now: now) { rows, session in
            try rows.audit(AuditNote(.operatorSignIn, session.handle), of: .system, by: author, now: now)
        }
        guard key == nil, let seal = try seal(opened.secret) else { return opened.secret }
        return "\(opened.secret).\(seal)"
    }

    /// The key of a text, `.some(nil)` for the configuration's; `nil` where it opens nothing here.
    private func owner(of text: String) async throws -> APIKeyID?? {
        if let bootstrap, constantTimeEqual(digest(text), digest(bootstrap.value)) { return .some(nil) }
        guard let key = try await keys.authenticate(text, now: clock.now), key.scope == .admin else { return nil }
        return key.id
    }

    private func digest(_ text: String) -> [UInt8] { SHA256.digest(Array(text.utf8)) }

    /// The session behind a cookie; `nil` where it is over or was never one.
    func find(_ cookie: String) async throws -> SignedInOperator? {
        let parts = cookie.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let secret = parts.first, let session = try await sessions.find(secret, kind: .operator, now: clock.now),
            case .operator(let key) = session.owner
        else { return nil }
        if key == nil {
            // Nothing in the database tells whether the configuration's key is still the same.
            guard parts.count == 2, let seal = try seal(secret),
                constantTimeEqual(Array(parts[1].utf8), Array(seal.utf8))
            else { return nil }
        }
        return SignedInOperator(session: session, actor: .operator(key))
    }

    /// Ties a session to the configuration's key; `nil` where there is none.
    private func seal(_ secret: String) throws -> String? {
        guard let bootstrap else { return nil }
        return Base64URL.encode(try HMACKey(utf8: bootstrap.value).authenticate(Array("clariva.admin.\(secret)".utf8)))
    }

    func signOut(_ person: SignedInOperator, requestID: String) async throws {
        let (now, note) = (clock.now, AuditNote(.operatorSignOut, person.session.handle))
        let author = AuditAuthor(person.actor, requestID: requestID)
        try await sessions.end(person.session) { try $0.audit(note, of: .system, by: author, now: now) }
    }

    // MARK: Changes

    /// Makes an event due again.
    /// - Returns: whether it could be; `nil` where there is no such event.
    func replay(_ id: EventID, by author: AuditAuthor) async throws -> Bool? {
        guard let event = try await store.event(id, openingSender: false) else { return nil }
        let note = AuditNote(.eventReplay, id.description)
        return try await commands.replay(event: id, tenant: event.tenantID, noting: note, by: author)
    }

    /// Switches sending for the whole service; the other switches stay as they are.
    /// - Parameter revision: of the switches as whoever switches has seen them.
    /// - Throws: ``TenantError/changed(revision:)`` where somebody else was quicker.
    func switchSending(_ isOn: Bool, revision: Int64, by author: AuditAuthor) async throws {
        var switches = try await store.readGlobal { try $0.switches(of: .system).switches }
        switches.sending = isOn
        try await store.setSwitches(
            switches, of: .system, expectedRevision: revision, by: author, now: clock.now)
        // Here at once; other processes look every second.
        try await commands.reloadSwitches()
    }
}
