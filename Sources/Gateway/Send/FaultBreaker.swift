internal import Tenancy

/// Tells a failing Meta from a failing tenant: when many accounts fail at the same time, it is not the accounts.
///
/// One for each app (``FaultBreakers``). While it is open nothing is sent and no connection changes its state; after a
/// pause one send is let through, and its outcome decides.
struct FaultBreaker: Sendable {
    /// What one send showed.
    enum Observation: Sendable {
        case worked
        /// A fault that may be Meta's or the app's: 5xx, no answer, an unknown 100, a dead token, a missing permission.
        case fault
    }

    private enum State {
        case closed
        case open(until: Timestamp)
        case trying(until: Timestamp)
    }

    /// Seconds that an observation counts.
    static let window = 60
    /// Seconds without sending once open.
    static let pause = 30

    private let accounts: Int
    private var state = State.closed
    /// Each account's newest observation.
    private var newest: [String: (at: Timestamp, failed: Bool)] = [:]

    /// - Parameter accounts: at least so many must fail within the window.
    init(accounts: Int) {
        self.accounts = accounts
    }

    /// Whether a send may start now. While open, one may after each pause.
    mutating func admits(at now: Timestamp) -> Bool {
        switch state {
        case .closed: return true
        case .open(let until) where now >= until, .trying(let until) where now >= until:
            state = .trying(until: now.adding(seconds: Self.pause))
            return true
        case .open, .trying: return false
        }
    }

    /// The send that was let through has told nothing: it was not made. The next one may.
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

    /// - Parameter account: whose send it was.
    mutating func observe(_ observation: Observation, account: String, at now: Timestamp) {
        let failed = observation == .fault
        newest[account] = (now, failed)
        if newest.count > 256 { newest = newest.filter { $0.value.at.adding(seconds: Self.window) > now } }
        let recent = newest.values.filter { $0.at.adding(seconds: Self.window) > now }
        let failing = recent.count { $0.failed }
        if !failed, case .trying = state {
            state = .closed
            newest = newest.filter { !$0.value.failed }
        } else if failed, case .trying = state {
            // However few have been heard of meanwhile.
            state = .open(until: now.adding(seconds: Self.pause))
        } else if failing >= accounts, failing * 2 > recent.count {
            state = .open(until: now.adding(seconds: Self.pause))
        }
    }
}
