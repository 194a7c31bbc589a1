internal import Integrations
internal import Tenancy

extension PracticeService {
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
                senderlessShare: try rows.senderlessShare(of: connection, now: now))
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
