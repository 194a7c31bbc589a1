internal import Tenancy

/// Tells a failing Meta from a failing tenant: when many accounts fail at the same time, it is not the accounts.
///
/// One for each app (``FaultBreakers``). While it is open nothing is sent and no connection changes its state; after a
/// pause one call is let through, and its outcome decides. That Meta answers questions does not show that it takes
/// messages: what sends have opened is closed by a send alone.
struct FaultBreaker: Sendable {
    /// What one call showed.
    enum Observation: Sendable {
        case worked
        /// A fault that may be Meta's or the app's: 5xx, no answer, an unknown 100, a dead token, a missing permission.
        case fault
    }

    /// What Meta was called for.
    enum Call: Sendable {
        case send
        /// Anything that a patient does not see: checks, renewals, look-ups.
        case question
    }

    private enum State {
        case closed
        case open(until: Timestamp)
        case trying(until: Timestamp)
    }

    private struct Seen {
        var at: Timestamp
        var failed: Bool
    }

    /// Seconds that an observation counts.
    static let window = 60
    /// Seconds without calls once open.
    static let pause = 30

    private let accounts: Int
    private var state = State.closed
    /// Each account's newest observation.
    private var sends: [String: Seen] = [:]
    private var questions: [String: Seen] = [:]
    /// Sends alone would have opened it.
    private var isOfSends = false
    /// While sends keep it open, questions have a turn of their own, and take none of theirs.
    private var nextQuestion: Timestamp?

    /// - Parameter accounts: at least so many must fail within the window.
    init(accounts: Int) {
        self.accounts = accounts
    }

    /// Whether a call may start now. While open, one may after each pause.
    mutating func admits(_ call: Call, at now: Timestamp) -> Bool {
        switch state {
        case .closed: return true
        case .open where call == .question && isOfSends, .trying where call == .question && isOfSends:
            if let nextQuestion, now < nextQuestion { return false }
            nextQuestion = now.adding(seconds: Self.pause)
            return true
        case .open(let until) where now >= until, .trying(let until) where now >= until:
            state = .trying(until: now.adding(seconds: Self.pause))
            return true
        case .open, .trying: return false
        }
    }

    /// The call that was let through has told nothing: it was not made. The next one may.
    /// - Returns: whether it was still waited for.
    mutating func takeTrialBack(at now: Timestamp) -> Bool {
        guard case .trying = state else { return false }
        state = .open(until: now)
        return true
    }

    /// When the next send may start; `nil` while closed.
    var closedUntil: Timestamp? {
        switch state {
        case .closed: nil
        case .open(let until), .trying(let until): until
        }
    }

    /// Whether most of the accounts that were lately heard of fail.
    var isOpen: Bool { closedUntil != nil }

    /// - Parameters:
    ///   - call: what it was observed at.
    ///   - account: whose call it was.
    mutating func observe(_ observation: Observation, at call: Call, account: String, now: Timestamp) {
        let failed = observation == .fault
        note(Seen(at: now, failed: failed), call, account)
        if case .trying = state, call == .send || !isOfSends {
            // However few have been heard of meanwhile.
            if failed { open(at: now) } else { close() }
        } else if failed, call == .send, isMost(sends, at: now) {
            if !isOfSends { nextQuestion = now.adding(seconds: Self.pause) }
            isOfSends = true
            open(at: now)
        } else if failed, !isOfSends, questions.values.contains(where: \.failed),
            isMost(sends.merging(questions) { $0.at > $1.at ? $0 : $1 }, at: now)
        {
            open(at: now)
        }
    }

    private mutating func note(_ seen: Seen, _ call: Call, _ account: String) {
        func note(_ newest: inout [String: Seen]) {
            newest[account] = seen
            if newest.count > 256 { newest = newest.filter { Self.isRecent($0.value, at: seen.at) } }
        }
        switch call {
        case .send: note(&sends)
        case .question: note(&questions)
        }
    }

    /// Whether enough accounts fail, and more than work.
    private func isMost(_ newest: [String: Seen], at now: Timestamp) -> Bool {
        let recent = newest.values.filter { Self.isRecent($0, at: now) }
        let failing = recent.count { $0.failed }
        return failing >= accounts && failing * 2 > recent.count
    }

    private static func isRecent(_ seen: Seen, at now: Timestamp) -> Bool { seen.at.adding(seconds: window) > now }

    private mutating func open(at now: Timestamp) {
        state = .open(until: now.adding(seconds: Self.pause))
    }

    private mutating func close() {
        state = .closed
        isOfSends = false
        sends = sends.filter { !$0.value.failed }
        questions = questions.filter { !$0.value.failed }
    }
}
