import Foundation
import Synchronization

/// What the demo tells while it plays: one line for each thing that happens.
final class DemoTranscript: Sendable {
    /// Who a line is about; decides its colour.
    enum Voice: String, Sendable {
        case patient = "36"
        case reply = "32"
        case meta = "35"
        case service = "34"
        case fault = "31;1"
        case plain = "0"
    }

    private static let nameWidth = 29
    private let start = ContinuousClock.now
    private let hasColours: Bool
    private let output = Mutex(FileHandle.standardOutput)

    init() {
        hasColours = isatty(STDOUT_FILENO) == 1
    }

    /// Seconds since the demo began.
    var elapsed: Double { start.duration(to: .now) / .seconds(1) }

    /// A scene begins.
    func heading(_ text: String) {
        write("\n" + paint(text, "1") + "\n")
    }

    /// Something happens.
    /// - Parameters:
    ///   - who: a person, a practice or a part of the system.
    ///   - what: in one line.
    func line(_ voice: Voice, _ who: String, _ what: String) {
        let time = String(format: "%6.2f", elapsed)
        let name = who.padding(toLength: max(Self.nameWidth, who.count), withPad: " ", startingAt: 0)
        write("\(paint(time, "2"))  \(paint(name, voice.rawValue)) \(what)\n")
    }

    /// Text as it is.
    func text(_ text: String) {
        write(text + "\n")
    }

    /// Colours only on a terminal.
    func paint(_ text: String, _ code: String) -> String {
        hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private func write(_ text: String) {
        // A reader that has gone away does not end the demo: its exit status still counts.
        output.withLock { try? $0.write(contentsOf: Data(text.utf8)) }
    }
}
