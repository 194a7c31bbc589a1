import Foundation

/// The table at the end.
struct DemoSummary: Sendable {
    var outcomes: [DemoOutcome]

    var held: Bool { outcomes.allSatisfy(\.held) }

    /// - Parameter paint: puts colours on, where there are any.
    func text(_ paint: (String, String) -> String) -> String {
        var rows = [["", "scene", "what has to hold", "figures", "seconds"]]
        for (index, outcome) in outcomes.enumerated() {
            rows.append([
                outcome.held ? "held" : "BROKEN", "\(index + 1). \(outcome.title)", outcome.promise, outcome.figures,
                String(format: "%.1f", outcome.seconds),
            ])
        }
        let lines = Output.table(rows).split(separator: "\n").map(String.init)
        let width = lines.map(\.count).max() ?? 0
        var shown = [lines.first ?? "", String(repeating: "-", count: width)]
        for (line, outcome) in zip(lines.dropFirst(), outcomes) {
            shown.append(paint(line, outcome.held ? "32" : "31;1"))
            shown += outcome.faults.map { paint("          - \($0)", "31") }
        }
        return shown.joined(separator: "\n")
    }
}
