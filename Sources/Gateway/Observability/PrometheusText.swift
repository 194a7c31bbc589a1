/// The words of Prometheus' text format 0.0.4: names, labels, escapes, numbers.
enum PrometheusText {
    /// A valid metric name: what does not belong into one becomes `_`.
    static func name(_ raw: String) -> String {
        var name = ""
        for character in raw {
            let fits = character.isASCII && (character.isLetter || character.isNumber || character == "_")
            name.append(fits ? character : "_")
        }
        return name.first?.isNumber ?? true ? "_" + name : name
    }

    /// `{a="b",c="d"}`, or nothing.
    static func labels(_ pairs: [(String, String)]) -> String {
        pairs.isEmpty ? "" : "{" + pairs.map { "\(name($0.0))=\"\(value($0.1))\"" }.joined(separator: ",") + "}"
    }

    /// A label's value: backslash, quote and line feed escaped, never longer than 120 characters.
    static func value(_ raw: String) -> String {
        var text = ""
        for character in raw.prefix(120).unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    /// A help line: backslash and line feed escaped.
    static func help(_ raw: String) -> String {
        var text = ""
        for character in raw.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    /// The lines of one series.
    static func append(_ series: PrometheusSeries, name: String, to text: inout String) {
        let reading = series.reading()
        guard !series.bounds.isEmpty else {
            text += "\(name)\(series.labels) \(number(reading.value))\n"
            return
        }
        var below: UInt64 = 0
        for (bound, count) in zip(series.bounds, reading.buckets) {
            below += count
            text += "\(name)_bucket\(labels(series.labels, bound: number(bound))) \(below)\n"
        }
        text += "\(name)_bucket\(labels(series.labels, bound: "+Inf")) \(reading.count)\n"
        text += "\(name)_sum\(series.labels) \(number(reading.sum))\n"
        text += "\(name)_count\(series.labels) \(reading.count)\n"
    }

    private static func labels(_ labels: String, bound: String) -> String {
        labels.isEmpty ? "{le=\"\(bound)\"}" : "\(labels.dropLast()),le=\"\(bound)\"}"
    }

    /// A whole number without its fraction, anything else as Swift writes it, which Go's parser reads.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }
}
