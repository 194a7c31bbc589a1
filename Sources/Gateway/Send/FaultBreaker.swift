internal import Tenancy

/// Tells a failing Meta from a failing tenant: when many accounts fail at the same time, it is not the accounts.
///
/// One for each app (``FaultBreakers``), with a gate for sends and one for questions: Meta may answer questions while it takes
/// no message, and the other way round. A closed gate lets its calls through; an open one lets one call through after each
/// pause, and that call's outcome decides. While either is open no connection changes its state.
struct FaultBreaker: Sendable {
    /// What one call showed.
    enum Observation: Sendable {
        case worked
        /// A fault that may be Meta's or the app's: 5xx, no answer, an unknown 100, a dead token, a missing permission.
        case fault
    }

    /// What Meta was called for.
    enum Call: Sendable, CaseIterable {
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

    private struct Gate {
        var state = State.closed
        /// Each account's newest observation.
        var newest: [String: Seen] = [:]

        /// When the next call may start; `nil` while closed.
        var closedUntil: Timestamp? {
            switch state {
            case .closed: nil
            case .open(let until), .trying(let until): until
            }
        }

        mutating func open(at now: Timestamp) { state = .open(until: now.adding(seconds: FaultBreaker.pause)) }

        mutating func close() {
            state = .closed
            newest = newest.filter { !$0.value.failed }
        }

        mutating func note(_ seen: Seen, _ account: String) {
            newest[account] = seen
            if newest.count > 256 { newest = newest.filter { FaultBreaker.isRecent($0.value, at: seen.at) } }
        }

        func hasFaults(at now: Timestamp) -> Bool {
            newest.values.contains { $0.failed && FaultBreaker.isRecent($0, at: now) }
        }
    }

    /// Seconds that an observation counts.
    static let window = 60
    /// Seconds without calls once open.
    static let pause = 30

    private let accounts: Int
    private var sends = Gate()
    private var questions = Gate()

    /// - Parameter accounts: at least so many must fail within the window.
    init(accounts: Int) {
        self.accounts = accounts
    }

    private subscript(_ call: Call) -> Gate {
        get { call == .send ? sends : questions }
        set { if call == .send { sends = newValue } else { questions = newValue } }
    }

    /// Whether a call may start now. While its gate is open, one may after each pause.
    mutating func admits(_ call: Call, at now: Timestamp) -> Bool {
        guard let until = self[call].closedUntil else { return true }
        guard now >= until else { return false }
        self[call].state = .trying(until: now.adding(seconds: Self.pause))
        return true
    }

    /// The send that was let through has told nothing: it was not made. The next one may.
    /// - Returns: whether it was still waited for.
    mutating func takeTrialBack(at now: Timestamp) -> Bool {
        guard case .trying = sends.state else { return false }
        sends.state = .open(until: now)
        return true
    }

    /// When the next call may start; `nil` while its gate is closed.
    func closedUntil(_ call: Call) -> Timestamp? { self[call].closedUntil }

    /// Whether most of the accounts that were lately heard of fail.
    var isOpen: Bool { sends.closedUntil != nil || questions.closedUntil != nil }

    /// - Parameters:
    ///   - call: what it was observed at.
    ///   - account: whose call it was.
    mutating func observe(_ observation: Observation, at call: Call, account: String, now: Timestamp) {
        expireQuestions(at: now)
        let failed = observation == .fault
        self[call].note(Seen(at: now, failed: failed), account)
        if case .trying = self[call].state {
            // However few have been heard of meanwhile.
            if failed { self[call].open(at: now) } else { self[call].close() }
        }
        guard failed else { return }
        let isAll = isMost(sends.newest.merging(questions.newest) { $0.at > $1.at ? $0 : $1 }, at: now)
        for each in Call.allCases {
            // What the other calls show opens a gate, and takes no trial away.
            if each != call, self[each].closedUntil != nil { continue }
            if isMost(self[each].newest, at: now) || (isAll && self[each].hasFaults(at: now)) {
                self[each].open(at: now)
            }
        }
    }

    /// Questions are seldom: where none has failed lately, none has to work before anything is believed again.
    private mutating func expireQuestions(at now: Timestamp) {
        if let until = questions.closedUntil, until.adding(seconds: Self.window) <= now { questions.close() }
    }

    /// Whether enough accounts fail, and more than work.
    private func isMost(_ newest: [String: Seen], at now: Timestamp) -> Bool {
        let recent = newest.values.filter { Self.isRecent($0, at: now) }
        let failing = recent.count { $0.failed }
        return failing >= accounts && failing * 2 > recent.count
    }

    private static func isRecent(_ seen: Seen, at now: Timestamp) -> Bool { seen.at.adding(seconds: window) > now }
}
