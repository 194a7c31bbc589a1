import Foundation

/// `docs/api.md` as a script: its fenced lines in their order, and at its comments what doctors and patients do there.
struct APIGuide {
    /// The fenced blocks, each with the comment that stands before it.
    private(set) var blocks: [(event: String?, lines: [String])] = []

    /// - Parameter text: Markdown. A block begins with "```sh"; other fences are none.
    init(_ text: String) {
        var event: String?
        var block: [String]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            switch (line, block) {
            case ("```sh", nil): block = []
            case ("```", let lines?):
                blocks.append((event, lines))
                (event, block) = (nil, nil)
            case (_, let lines?): block = lines + [String(line)]
            case (_, nil):
                if let match = line.wholeMatch(of: /<!-- (.+) -->/) { event = String(match.1) }
            }
        }
    }

    /// What others do, in shell.
    static let events = [
        "the doctor opens the link": """
        dialog=$(curl -sS -c cookies -o /dev/null -w '%{redirect_url}' "$LINK/authorize")
        callback=$(curl -sS -o /dev/null -w '%{redirect_url}' "$dialog&auto=allow&account=dr_lind")
        curl -sS -b cookies -o /dev/null "$callback"
        """,
        "a patient writes": """
        curl -sS --json '{"account": "dr_lind", "person": "anna", "text": "Einen Termin bitte"}' "$META/messages"
        """,
        "a patient writes, and nobody can tell who": """
        for fault in senderless_edit_only message_lookup_500 conversations_empty; do
          curl -sS --json "{\\"name\\": \\"$fault\\"}" "$META/faults"
        done
        curl -sS --json '{"account": "dr_lind", "person": "bernd", "text": "Hallo"}' "$META/messages"
        """,
    ]

    /// Stops at the first command that fails, and names it.
    func script() throws -> String {
        var parts = [
            "set -euo pipefail", #"trap 'echo "failed in line $LINENO: $BASH_COMMAND" >&2' ERR"#,
        ]
        for block in blocks {
            if let event = block.event {
                guard let action = Self.events[event] else { throw HarnessFailure("nobody plays: \(event)") }
                parts.append(action)
            }
            // A mark behind each block: it was run to its end.
            parts += block.lines + [#"echo "block done""#]
        }
        return parts.joined(separator: "\n") + "\n"
    }
}
