#if DEBUG || FAULT_POINTS
    internal import Foundation
    internal import Synchronization
#endif

/// Moments between two steps at which the chaos tests end a process, to see that what is half-done is taken up rightly.
///
/// Debug builds alone look, and those that are made with `-DFAULT_POINTS`: `CLARIVA_FAULT_POINT=after_sending:3` kills
/// the process with SIGKILL as it passes the point for the third time, `after_sending:3:stop` stops it with SIGSTOP. A
/// release build has nothing of it.
enum FaultPoint: String, Sendable {
    /// The events are durable, and their sender has no answer yet.
    case afterCommit = "after_commit"
    /// `sending` is durable, and Meta knows nothing of it.
    case afterSending = "after_sending"
    /// Meta has accepted a send and said so; nothing of that is written down.
    case afterAccepted = "after_accepted"
    /// The conversation of an unknown outcome was read; what follows is not written down.
    case settlingUnknown = "settling_unknown"

    /// Ends the process here, if it is this point's turn.
    @inline(__always)
    func pass() {
        #if DEBUG || FAULT_POINTS
            Armed.instance?.note(self)
        #endif
    }
}

/// Ways to break the service on purpose, so that the tests of its promises can be shown to see it.
///
/// The same builds look: `CLARIVA_FAULT_SWITCH` holds their names, separated by commas.
enum FaultSwitch {
    /// Whether a safeguard is switched off; always `false` in a release build.
    @inline(__always)
    static func isOn(_ name: StaticString) -> Bool {
        #if DEBUG || FAULT_POINTS
            names.contains(name.description)
        #else
            false
        #endif
    }

    #if DEBUG || FAULT_POINTS
        private static let names = Set(
            (ProcessInfo.processInfo.environment["CLARIVA_FAULT_SWITCH"] ?? "").split(separator: ",").map(String.init))
    #endif
}

#if DEBUG || FAULT_POINTS
    /// The point that this process was started to end at.
    private final class Armed: Sendable {
        /// Not part of the configuration: nobody who runs the service has to know of it.
        static let instance = Armed(ProcessInfo.processInfo.environment["CLARIVA_FAULT_POINT"] ?? "")

        private let point: FaultPoint
        private let turn: Int
        private let signal: Int32
        private let passings = Atomic(0)

        /// - Parameter text: `point:turn`, or `point:turn:stop`; `nil` for anything else.
        private init?(_ text: String) {
            let words = text.split(separator: ":").map(String.init)
            guard words.count >= 2, let point = FaultPoint(rawValue: words[0]), let turn = Int(words[1]) else {
                return nil
            }
            self.point = point
            self.turn = turn
            signal = words.dropFirst(2).first == "stop" ? SIGSTOP : SIGKILL
        }

        func note(_ passed: FaultPoint) {
            guard passed == point, passings.add(1, ordering: .relaxed).newValue == turn else { return }
            // To this very thread: sent to the process, another thread may take it, and this one would go on for a moment.
            pthread_kill(pthread_self(), signal)
        }
    }
#endif
