public import Metrics
internal import Synchronization

/// A swift-metrics backend that shows its series in Prometheus' text format 0.0.4.
///
/// Source: prometheus.io, "Exposition formats". The number of series of one name is bounded: a label whose values grew
/// without end would fill the memory and the scraper, so what comes beyond goes to a series with `other` in each label.
public final class PrometheusRegistry: MetricsFactory {
    /// What a metric is, told in advance because swift-metrics knows neither help texts nor buckets.
    public struct Description: Sendable {
        /// One line for people.
        public var help: String
        /// Upper bounds of a histogram's buckets, rising.
        public var buckets: [Double]

        /// - Parameters:
        ///   - help: one line.
        ///   - buckets: upper bounds, rising; empty where it is no histogram.
        public init(_ help: String, buckets: [Double] = []) {
            self.help = help
            self.buckets = buckets
        }
    }

    /// Bounds in seconds that fit from a commit to a slow answer of Meta.
    public static let standardBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    private struct Family {
        var kind: String
        var bounds: [Double]
        var series: [String: PrometheusSeries] = [:]
    }

    private let descriptions: [String: Description]
    private let seriesLimit: Int
    private let families = Mutex<[String: Family]>([:])

    /// - Parameters:
    ///   - descriptions: by metric name.
    ///   - seriesLimit: most series of one name.
    public init(descriptions: [String: Description] = [:], seriesLimit: Int = 500) {
        self.descriptions = descriptions
        self.seriesLimit = seriesLimit
    }

    /// A series that only rises.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series("counter", label, dimensions)
    }

    /// A series that only rises, in fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series("counter", label, dimensions)
    }

    /// A series that shows its last value.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series("gauge", label, dimensions)
    }

    /// A histogram, or with `aggregate` false the last value.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(aggregate ? "histogram" : "gauge", label, dimensions)
    }

    /// A histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series("histogram", label, dimensions)
    }

    /// Nothing: a scrape shows what was counted since the start, also where the counting object is gone.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing: a scrape shows what was counted since the start, also where the counting object is gone.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Nothing: a scrape shows what was counted since the start, also where the counting object is gone.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing: a scrape shows what was counted since the start, also where the counting object is gone.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing: a scrape shows what was counted since the start, also where the counting object is gone.
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The whole exposition, names in order.
    public func exposition() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let help = descriptions[name]?.help { text += "# HELP \(name) \(PrometheusText.help(help))\n" }
            text += "# TYPE \(name) \(family.kind)\n"
            for series in family.series.values.sorted(by: { $0.labels < $1.labels }) {
                PrometheusText.append(series, name: name, to: &text)
            }
        }
        return text
    }

    private func series(_ kind: String, _ label: String, _ dimensions: [(String, String)]) -> PrometheusSeries {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            let bounds = kind == "histogram" ? descriptions[name]?.buckets ?? [] : []
            var family =
                families[name]
                ?? Family(
                    kind: kind, bounds: kind == "histogram" && bounds.isEmpty ? Self.standardBuckets : bounds)
            defer { families[name] = family }
            if let known = family.series[labels] { return known }
            var key = labels
            if family.series.count >= seriesLimit {
                key = PrometheusText.labels(dimensions.map { ($0.0, "other") })
                if let known = family.series[key] { return known }
            }
            let series = PrometheusSeries(labels: key, bounds: family.bounds)
            family.series[key] = series
            return series
        }
    }
}
