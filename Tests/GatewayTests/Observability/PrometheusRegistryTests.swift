import Gateway
import Metrics
import Testing

@Suite struct PrometheusRegistryTests {
    @Test func showsCountersGaugesAndHistograms() {
        let registry = PrometheusRegistry(descriptions: ["wait_seconds": .init("Waiting.", buckets: [0.1, 1])])
        Counter(label: "sent_total", dimensions: [("flow", "a")], factory: registry).increment(by: 2)
        Meter(label: "parked", dimensions: [], factory: registry).set(1.5)
        let recorder = Recorder(label: "wait_seconds", dimensions: [], aggregate: true, factory: registry)
        for value in [0.05, 0.5, 5] { recorder.record(value) }
        #expect(
            registry.exposition() == """
                # TYPE parked gauge
                parked 1.5
                # TYPE sent_total counter
                sent_total{flow="a"} 2
                # HELP wait_seconds Waiting.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.1"} 1
                wait_seconds_bucket{le="1"} 2
                wait_seconds_bucket{le="+Inf"} 3
                wait_seconds_sum 5.55
                wait_seconds_count 3

                """)
    }

    @Test func escapesLabelValues() {
        let registry = PrometheusRegistry()
        Counter(label: "odd_total", dimensions: [("word", "a\"b\\c\nd")], factory: registry).increment()
        #expect(registry.exposition().contains("odd_total{word=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }

    @Test func gathersWhatExceedsTheSeriesLimit() {
        let registry = PrometheusRegistry(seriesLimit: 2)
        for word in ["a", "b", "c", "d"] {
            Counter(label: "words_total", dimensions: [("word", word)], factory: registry).increment()
        }
        let text = registry.exposition()
        #expect(text.contains("words_total{word=\"other\"} 2\n"))
        #expect(!text.contains("word=\"c\""))
    }

    @Test func keepsOneSeriesForEqualLabels() {
        let registry = PrometheusRegistry()
        let metrics = GatewayMetrics(registry)
        metrics.webhookRequest(status: 200, app: "instagram")
        metrics.webhookRequest(status: 200, app: "instagram")
        metrics.parked(reason: "unrouted", count: 3)
        let text = registry.exposition()
        #expect(text.contains("clariva_webhook_requests_total{status=\"200\",app=\"instagram\"} 2\n"))
        #expect(text.contains("clariva_events_parked{reason=\"unrouted\"} 3\n"))
    }
}
