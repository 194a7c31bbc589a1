internal import Tenancy

/// What is looked at of a practice's connection, in plain words. Pure: it rests on what the database knows, above all on
/// what the daily check has found, and never asks Meta.
struct PracticeChecklist: Sendable {
    /// How one thing is. The words are the stylesheet's classes.
    enum Status: String, Sendable {
        case pass, warn, fail
    }

    /// What answers depend on beside the connection.
    enum Answers: Sendable {
        case on
        /// The practice has them paused.
        case paused
        /// The operator has switched sending, or processing, off.
        case off
    }

    /// Silence of so many days is worth a try, in seconds.
    private static let silence = 7 * 86_400

    var connection: Connection
    /// Scopes without which messages cannot be answered.
    var requiredScopes: [String]
    /// The share of the last day's messages that came without their sender; `nil` without messages.
    var senderlessShare: Double?
    /// The flow's name that helps against that; `nil` where there is none.
    var cure: String?
    var answers: Answers
    var now: Timestamp
    var time: PageTime

    /// Everything that is looked at, what should be mended first on top.
    var items: [PracticePage.Checks.Item] {
        let looks = [access, permissions, delivery, arrivals, senders].compactMap(\.self)
        // Without access nothing else is known to be so still.
        let all = connection.state.answers ? looks : [access].compactMap(\.self)
        return all + [automation]
    }

    private func item(
        _ status: Status, _ name: PracticeText, _ text: PracticeText, _ values: [String: String] = [:],
        more: String = ""
    ) -> PracticePage.Checks.Item {
        let word: PracticeText =
            switch status {
            case .pass: .wordPass
            case .warn: .wordWarn
            case .fail: .wordFail
            }
        return PracticePage.Checks.Item(
            status: status.rawValue, word: word.text(in: time.language), name: name.text(in: time.language),
            text: text.text(in: time.language, values) + more)
    }

    private var access: PracticePage.Checks.Item? {
        if connection.state == .pending { return nil }
        guard connection.state.answers, connection.token != nil else { return item(.fail, .access, .accessDead) }
        guard let end = connection.tokenExpiresAt else { return item(.pass, .access, .accessGood) }
        if end <= now { return item(.fail, .access, .accessDead) }
        let values = ["date": time.date(end)]
        return connection.reason == .tokenExpiring
            ? item(.warn, .access, .accessEnding, values) : item(.pass, .access, .accessUntil, values)
    }

    private var permissions: PracticePage.Checks.Item {
        let missing = requiredScopes.filter { !connection.scopes.contains($0) }
        guard !missing.isEmpty else {
            return connection.reason == .scopesMissing
                ? item(.fail, .permissions, .permissionsRefused) : item(.pass, .permissions, .permissionsGood)
        }
        let names = missing.map { scope in
            let title = PermissionTexts.words(of: scope, in: time.language).title
            return FrameText.quoted.text(in: time.language, ["name": title])
        }
        return item(.fail, .permissions, .permissionsMissing, ["names": names.joined(separator: ", ")])
    }

    private var delivery: PracticePage.Checks.Item {
        connection.subscribedFields.contains("messages")
            ? item(.pass, .delivery, .deliveryGood) : item(.fail, .delivery, .deliveryMissing)
    }

    private var arrivals: PracticePage.Checks.Item {
        guard let last = connection.lastWebhookAt else { return item(.warn, .arrivals, .arrivalsNone) }
        let isLongAgo = last.adding(seconds: Self.silence) <= now
        return item(
            isLongAgo ? .warn : .pass, .arrivals, isLongAgo ? .arrivalsOld : .arrivalsGood, ["time": time.words(last)])
    }

    private var senders: PracticePage.Checks.Item? {
        guard let share = senderlessShare else { return nil }
        guard share >= SenderlessWatch.conspicuous else { return item(.pass, .senders, .sendersGood) }
        let more = cure.map { " " + PracticeText.sendersCure.text(in: time.language, ["flow": $0]) }
        return item(.warn, .senders, .sendersMissing, ["percent": "\(Int((share * 100).rounded()))"], more: more ?? "")
    }

    private var automation: PracticePage.Checks.Item {
        switch answers {
        case .on: item(.pass, .answers, .answersOn)
        case .paused: item(.warn, .answers, .answersPaused)
        case .off: item(.warn, .answers, .answersOff)
        }
    }
}
