import Gateway

/// What `clariva doctor` prints.
struct DoctorReport {
    private var lines: [String] = []
    private(set) var failures = 0
    private(set) var count = 0

    /// The whole report.
    var text: String { lines.joined(separator: "\n") }

    mutating func section(_ title: String) {
        lines.append((lines.isEmpty ? "" : "\n") + title)
    }

    mutating func note(_ text: String) {
        lines.append("  \(text)")
    }

    mutating func add(_ results: [CheckResult]) {
        for result in results { add(result) }
    }

    mutating func add(_ result: CheckResult) {
        count += 1
        if result.status == .fail { failures += 1 }
        let mark =
            switch result.status {
            case .pass: "ok  "
            case .warn: "warn"
            case .fail: "FAIL"
            }
        lines.append("  \(mark)  \(result.name): \(result.detail)")
        if result.status != .pass, let fix = result.fix { lines.append("        fix: \(fix)") }
    }
}
