internal import Integrations
internal import Storage
internal import Tenancy

/// The practice's own page without HTTP: sessions that a link opens, what they show, and what they may change. It never
/// asks Meta anything but to end a connection's webhooks.
struct PracticeService: Sendable {
    /// How long a link lives that a session makes for itself, in seconds.
    private static let linkLifetime = 3600

    private let connect: ConnectService
    private let disconnecting: DisconnectService
    private let switches: @Sendable (TenantID) -> Switches
    private let sessions: Sessions

    private var store: TenancyStore { connect.store }
    private var integrations: IntegrationRegistry { connect.integrations }
    private var now: Timestamp { connect.clock.now }

    /// - Parameters:
    ///   - connect: makes the pages that a session's links lead to.
    ///   - switches: what is switched on for a tenant.
    init(
        connect: ConnectService, disconnect: DisconnectService,
        switches: @escaping @Sendable (TenantID) -> Switches
    ) {
        self.connect = connect
        disconnecting = disconnect
        self.switches = switches
        sessions = Sessions(connect.store)
    }

    /// The visit of a browser with this secret.
    /// - Parameter accepted: `Accept-Language`.
    /// - Throws: ``ConnectFault/sessionOver``.
    func visit(_ secret: String?, accepted: String?) async throws -> PracticeVisit {
        guard let secret, let session = try await sessions.find(secret, kind: .practice, now: now),
            case .practice(let id, _) = session.owner, let tenant = try await store.tenant(id)
        else { throw ConnectFault.sessionOver }
        return PracticeVisit(
            session: session, tenant: tenant, language: PageLanguage(locale: tenant.locale, accepted: accepted))
    }

    /// What the page shows.
    func page(_ visit: PracticeVisit) async throws -> PracticePage {
        let now = now
        let time = PageTime(language: visit.language, timezone: visit.tenant.timezone, now: now)
        let startOfDay = time.startOfDay
        let (found, summary) = try await store.read(visit.tenant.id) { rows -> (Known?, PracticeSummary) in
            let summary = try rows.practiceSummary(startOfDay: startOfDay)
            guard let connection = try rows.livingConnection() else { return (nil, summary) }
            let known = Known(
                connection: connection, checkedAt: try rows.carePlan(of: connection.id)?.checkedAt,
                senderlessShare: try rows.senderlessShare(
                    accounts: Set(connection.claimedIDs), since: now.adding(seconds: -86_400)))
            return (known, summary)
        }
        let switches = switches(visit.tenant.id)
        // What is not processed is not answered either.
        let answers: PracticeChecklist.Answers =
            switches.sending && switches.processing ? (visit.tenant.automation == .paused ? .paused : .on) : .off
        return PracticePage(
            language: visit.language, practice: visit.tenant.name, csrf: visit.session.formToken,
            banner: PracticePage.Banner(found?.connection, answers: answers, in: visit.language),
            facts: facts(found?.connection, summary, time), checks: found.map { checks($0, answers, time) },
            actions: actions(found?.connection, visit),
            disconnectPath: found == nil ? nil : PracticeRoutes.disconnectPath,
            closes: PracticeText.closes.text(in: visit.language, ["time": time.clock(visit.session.expiresAt)]))
    }

    /// The page that asks once more.
    /// - Returns: `nil` where nothing is connected.
    func disconnectPage(_ visit: PracticeVisit) async throws -> DisconnectPage? {
        try await store.read(visit.tenant.id) { try $0.livingConnection() }.map { connection in
            DisconnectPage(
                language: visit.language, practice: visit.tenant.name, account: connection.displayName,
                connection: connection.id.description, csrf: visit.session.formToken)
        }
    }

    /// Makes a link that renews the connection, or makes the first one.
    /// - Returns: its path.
    func reconnect(_ visit: PracticeVisit, by author: AuditAuthor) async throws -> String {
        let living = try await store.read(visit.tenant.id) { try $0.livingConnection() }
        let flow = living?.flow ?? visit.tenant.pendingFlow ?? visit.tenant.flow
        try check(flow, visit)
        let made = try await connect.links.create(
            tenant: visit.tenant.id, flow: flow, purpose: living == nil ? .connect : .reconnect,
            expiresInSeconds: Self.linkLifetime, by: author, now: now)
        return ConnectService.path(made.token)
    }

    /// Begins a switch to another flow, or gives one up where it is the flow in use.
    /// - Returns: the path of the link that finishes it; `nil` where there is nothing to finish.
    func switchFlow(_ visit: PracticeVisit, to name: String, by author: AuditAuthor) async throws -> String? {
        let flow = Flow(rawValue: name)
        try check(flow, visit)
        let now = now
        let begun = try await store.writeGlobal { rows in
            try rows.beginSwitch(of: visit.tenant.id, to: flow, by: author, now: now) { tenant in
                ConnectLinks.make(
                    tenant: tenant.id, flow: flow, purpose: .connect, expiresInSeconds: Self.linkLifetime, now: now)
            }
        }
        return begun.made.map { ConnectService.path($0.token) }
    }

    /// Ends the connection, if it is still the one that the reader was asked about.
    func disconnect(_ visit: PracticeVisit, connection: String, by author: AuditAuthor) async throws {
        guard let id = ConnectionID(connection) else { throw ConnectFault.formForeign }
        try await disconnecting.disconnect(id, of: visit.tenant.id, by: author)
    }

    /// Ends the session.
    func signOut(_ visit: PracticeVisit, by author: AuditAuthor) async throws {
        try await sessions.end(visit.session)
        let (note, now) = (AuditNote(.practiceSignOut, visit.session.handle), now)
        try await store.writeGlobal { try $0.audit(note, of: visit.tenant.id, by: author, now: now) }
    }

    private func check(_ flow: Flow, _ visit: PracticeVisit) throws {
        _ = try connect.integration(flow)
        guard connect.mayConnect(visit.tenant.id) else { throw ConnectFault.connectingOff }
    }
}

extension PracticeService {
    /// What the database knows of the connection.
    private struct Known: Sendable {
        var connection: Connection
        var checkedAt: Timestamp?
        var senderlessShare: Double?
    }

    private func facts(_ connection: Connection?, _ summary: PracticeSummary, _ time: PageTime) -> [PracticePage.Fact] {
        let never = FrameText.never.text(in: time.language)
        var facts: [(PracticeText, String)] = []
        if let connection {
            facts.append((.account, connection.displayName))
            facts.append((.way, connect.title(of: connection.flow)))
        }
        facts.append((.lastMessage, summary.lastMessageAt.map(time.words) ?? never))
        facts.append((.lastReply, summary.lastReplyAt.map(time.words) ?? never))
        facts.append((.answeredToday, "\(summary.answeredToday)"))
        return facts.map { PracticePage.Fact(name: $0.0.text(in: time.language), value: $0.1) }
    }

    private func checks(_ known: Known, _ answers: PracticeChecklist.Answers, _ time: PageTime) -> PracticePage.Checks {
        let integration = integrations[known.connection.flow.rawValue]
        let namesSenders = integration?.namesSenders ?? false
        let checklist = PracticeChecklist(
            connection: known.connection, requiredScopes: integration?.requiredScopes ?? [],
            senderlessShare: known.senderlessShare,
            cure: namesSenders ? nil : integrations.all.first(where: \.namesSenders)?.title, answers: answers, now: now,
            time: time)
        let asked = known.checkedAt.map { PracticeText.checkedAt.text(in: time.language, ["time": time.words($0)]) }
        return PracticePage.Checks(
            items: checklist.items, asked: asked ?? PracticeText.notChecked.text(in: time.language))
    }

    private func actions(_ connection: Connection?, _ visit: PracticeVisit) -> [PracticePage.Action] {
        let language = visit.language
        guard let connection else {
            return [
                PracticePage.Action(
                    path: PracticeRoutes.reconnectPath, text: PracticeText.connectText.text(in: language),
                    label: PracticeText.connect.text(in: language), isUrgent: true)
            ]
        }
        var actions = [
            PracticePage.Action(
                path: PracticeRoutes.reconnectPath, text: PracticeText.reconnectText.text(in: language),
                label: PracticeText.reconnect.text(in: language), isUrgent: connection.state == .reconnectRequired)
        ]
        let pending = visit.tenant.pendingFlow
        for other in integrations.all where other.name != connection.flow.rawValue {
            let isPending = other.name == pending?.rawValue
            let words = FlowTexts.words(of: other.name, in: language)
            actions.append(
                PracticePage.Action(
                    path: PracticeRoutes.switchPath, flow: other.name,
                    text: isPending
                        ? PracticeText.switchGoOnText.text(in: language)
                        : PracticeText.switchText.text(in: language, ["way": words.way]),
                    label: (isPending ? PracticeText.switchGoOn : .switchFlow).text(
                        in: language, ["flow": other.title]), isUrgent: isPending))
        }
        if pending != nil, integrations[visit.tenant.flow.rawValue] != nil {
            actions.append(
                PracticePage.Action(
                    path: PracticeRoutes.switchPath, flow: visit.tenant.flow.rawValue,
                    label: PracticeText.stay.text(in: language, ["flow": connect.title(of: visit.tenant.flow)]),
                    isUrgent: false))
        }
        return actions
    }
}

extension TenantRows {
    /// The connection that a person means: the one that answers, else the newest that has not ended.
    func livingConnection() throws -> Connection? {
        try answeringConnection() ?? connections().first { $0.state != .disconnected }
    }
}

extension PracticePage.Banner {
    /// Where answers do not go out, nothing is well, whatever the connection is.
    fileprivate init(_ connection: Connection?, answers: PracticeChecklist.Answers, in language: PageLanguage) {
        let (status, headline, text): (PracticeChecklist.Status, PracticeText, PracticeText) =
            switch (connection?.state, answers) {
            case (.active?, .on): (.pass, .stateActive, .stateActiveText)
            case (.degraded?, _) where [.scopesMissing, .notSubscribed].contains(connection?.reason):
                (.fail, .stateImpaired, .stateImpairedText)
            case (.active?, .paused), (.degraded?, .paused): (.warn, .stateDegraded, .answersPaused)
            case (.active?, .off), (.degraded?, .off): (.warn, .stateDegraded, .answersOff)
            case (.degraded?, .on): (.warn, .stateDegraded, .stateDegradedText)
            case (.reconnectRequired?, _): (.fail, .stateReconnect, .stateReconnectText)
            case (.pending?, _): (.warn, .statePending, .statePendingText)
            case (.disconnected?, _), (nil, _): (.fail, .stateNone, .stateNoneText)
            }
        self.init(status: status.rawValue, headline: headline.text(in: language), text: text.text(in: language))
    }
}
