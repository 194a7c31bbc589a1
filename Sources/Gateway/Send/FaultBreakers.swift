internal import Integrations
internal import Synchronization
internal import Tenancy

/// One ``FaultBreaker`` for each of Meta's apps: what takes one app's accounts out says nothing of another's.
///
/// In memory, and each process has its own: one that has seen nothing fail yet finds out by itself.
final class FaultBreakers: Sendable {
    /// What an observation brought about.
    enum Change: Sendable, Hashable {
        case opened, closed
    }

    private let accounts: Int
    private let breakers = Mutex<[MetaApp: FaultBreaker]>([:])

    /// - Parameter accounts: at least so many of an app must fail within the window.
    init(accounts: Int) {
        self.accounts = accounts
    }

    /// Whether a call may start now. While its gate is open, one may after each pause.
    func admits(_ call: FaultBreaker.Call, of app: MetaApp, at now: Timestamp) -> Bool {
        breakers.withLock { $0[app]?.admits(call, at: now) ?? true }
    }

    /// The send that was let through while open was not made.
    /// - Returns: whether another one may be tried now.
    func takeTrialBack(of app: MetaApp, at now: Timestamp) -> Bool {
        breakers.withLock { $0[app]?.takeTrialBack(at: now) ?? false }
    }

    /// Whether most of the app's accounts that were lately heard of fail.
    func isOpen(_ app: MetaApp) -> Bool { breakers.withLock { $0[app]?.isOpen ?? false } }

    /// Whether most of the app's sends fail.
    func stopsSending(_ app: MetaApp) -> Bool { open(for: .send)[app] != nil }

    /// The apps whose gate for such calls is open, and when the next call of each may start.
    func open(for call: FaultBreaker.Call) -> [MetaApp: Timestamp] {
        breakers.withLock { $0.compactMapValues { $0.closedUntil(call) } }
    }

    /// - Parameters:
    ///   - call: what it was observed at.
    ///   - account: whose call it was.
    /// - Returns: whether the app's breaker opened or closed by it; `nil` where it stays as it was.
    func observe(
        _ observation: FaultBreaker.Observation, at call: FaultBreaker.Call, account: String, of app: MetaApp,
        now: Timestamp
    ) -> Change? {
        breakers.withLock { breakers in
            var breaker = breakers[app] ?? FaultBreaker(accounts: accounts)
            let wasOpen = breaker.isOpen
            breaker.observe(observation, at: call, account: account, now: now)
            breakers[app] = breaker
            return breaker.isOpen == wasOpen ? nil : wasOpen ? .closed : .opened
        }
    }
}
