internal import Tenancy

/// How the service stands, over all practices.
struct OverviewPage: OperatorPage, Equatable {
    /// One thing with what is to be known of it, and where more of it is.
    struct Line: Sendable, Equatable {
        var name: String
        var value: String
        var path: String?
    }

    /// What somebody should do something about; empty where all is well.
    var alarms: [String]
    var lines: [Line]
    var charts: [BarChart]

    var title: String { "Overview" }
    var place: OperatorPlace? { .overview }

    /// - Parameters:
    ///   - overview: parked events counted to ``StuckWork/most``.
    ///   - metaFails: whether nothing is sent because many accounts fail at once; `nil` where it is not known.
    init(_ overview: Overview, _ stuck: StuckWork, _ switches: Switches, metaFails: Bool?, now: Timestamp) {
        func age(_ moment: Timestamp?) -> String {
            moment.map { Age.words(milliseconds: now.milliseconds - $0.milliseconds) } ?? "nothing waits"
        }
        func number(_ count: Int) -> String { count < StuckWork.most ? "\(count)" : "\(count) or more" }

        var alarms: [String] = []
        if metaFails == true {
            alarms.append("Many accounts fail at once: sending pauses, and goes on by itself when Meta answers again.")
        }
        let off = [
            ("sending", switches.sending), ("connecting", switches.connecting), ("processing", switches.processing),
        ].filter { !$0.1 }.map(\.0)
        if !off.isEmpty { alarms.append("Switched off for all practices: \(off.joined(separator: ", ")).") }
        self.alarms = alarms

        let sum = overview.parked.reduce(0) { $0 + $1.count }
        let parked = overview.parked.contains { $0.count >= StuckWork.most } ? "\(sum) or more" : "\(sum)"
        lines = [
            Line(name: "Oldest event that waits to be processed", value: age(overview.oldestEvent)),
            Line(name: "Oldest reply that waits to be sent", value: age(overview.oldestReply)),
            Line(name: "Parked events", value: parked, path: "/admin/events?state=parked"),
            Line(name: "Failed events", value: number(stuck.failedEvents), path: "/admin/events?state=failed"),
            Line(
                name: "Replies whose outcome is not known yet", value: number(stuck.unknownReplies),
                path: "/admin/replies?state=unknown"),
            Line(
                name: "Replies held back", value: number(stuck.heldReplies),
                path: "/admin/replies?state=held"),
            Line(name: "Failed replies", value: number(stuck.failedReplies), path: "/admin/replies?state=failed"),
            Line(
                name: "First token ends",
                value: overview.earliestTokenExpiry.map { expiry in
                    let left = expiry.milliseconds - now.milliseconds
                    return left > 0 ? "in \(Age.words(milliseconds: left))" : "has ended"
                } ?? "no token ends"),
            Line(name: "Oldest erasure that is not done", value: age(overview.oldestErasure)),
            Line(
                name: "Meta",
                value: metaFails.map { $0 ? "fails for many accounts" : "answers" }
                    ?? "the workers know: clariva_breaker_open"),
            Line(name: "Sending", value: switches.sending ? "on" : "off", path: "/admin/switches"),
            Line(name: "Connecting", value: switches.connecting ? "on" : "off"),
            Line(name: "Processing", value: switches.processing ? "on" : "off"),
        ]
        let states = overview.connections.map { (label: "\($0.flow), \($0.state)", count: $0.count) }
            .sorted { $0.label < $1.label }
        charts = [
            BarChart(
                "Parked events by reason", overview.parked.map { (label: $0.reason, count: $0.count) },
                countedTo: StuckWork.most),
            BarChart("Connections by flow and state", states),
        ].compactMap(\.self)
    }

    static let template = """
        {{#alarms}}
        <p class="note" role="alert">{{.}}</p>
        {{/alarms}}
        <dl>
        {{#lines}}
        <dt>{{name}}</dt><dd>{{#path}}<a href="{{.}}">{{value}}</a>{{/path}}{{^path}}{{value}}{{/path}}</dd>
        {{/lines}}
        </dl>
        {{#charts}}
        {{>chart}}
        {{/charts}}
        """
}

/// A duration in words, to the largest unit that says something.
enum Age {
    static func words(milliseconds: Int64) -> String {
        let seconds = max(milliseconds, 0) / 1000
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
