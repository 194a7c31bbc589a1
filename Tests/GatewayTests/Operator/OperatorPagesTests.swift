import Storage
import Testing

@testable import Gateway
@testable import Tenancy

/// The operator's pages as data, and what the templates make of them.
@Suite struct OperatorPagesTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private func overview(
        parked: [(reason: String, count: Int)] = [("unrouted", 0), ("sender_unresolved", 0)],
        stuck: StuckWork = StuckWork(failedEvents: 0, unknownReplies: 0, heldReplies: 0, failedReplies: 0),
        switches: Switches = Switches(), metaFails: Bool? = false
    ) -> OverviewPage {
        OverviewPage(
            Overview(
                parked: parked, connections: [("instagram_login", "active", 3)],
                oldestEvent: Self.now.adding(seconds: -300), oldestReply: nil,
                earliestTokenExpiry: Self.now.adding(seconds: 86_400 * 9)),
            stuck, switches, metaFails: metaFails, now: Self.now)
    }

    private func value(_ name: String, _ page: OverviewPage) -> String? { page.lines.first { $0.name == name }?.value }

    @Test func theOverviewSaysWhatWaits() {
        let page = overview(
            parked: [("unrouted", 4), ("sender_unresolved", 3)],
            stuck: StuckWork(failedEvents: 2, unknownReplies: 0, heldReplies: 1, failedReplies: StuckWork.most))
        #expect(page.alarms.isEmpty)
        #expect(value("Oldest event that waits to be processed", page) == "5 min")
        #expect(value("Oldest reply that waits to be sent", page) == "nothing waits")
        #expect(value("Parked events", page) == "7" && value("Failed events", page) == "2")
        #expect(value("Failed replies", page) == "1000 or more")
        #expect(value("First token ends", page) == "in 9 days")
        #expect(page.charts.map(\.title) == ["Parked events by reason", "Connections by flow and state"])
    }

    @Test func whatWasNotCountedToItsEndIsSaidToBeMore() {
        let page = overview(parked: [("unrouted", StuckWork.most), ("sender_unresolved", 3)])
        #expect(value("Parked events", page) == "1003 or more")
        #expect(page.charts.first?.bars.map(\.count) == ["1000 or more", "3"])
    }

    @Test func theOverviewWarnsOfWhatIsOff() throws {
        let page = overview(
            switches: Switches(sending: false, processing: false), metaFails: true)
        #expect(page.alarms.count == 2)
        #expect(page.alarms.last == "Switched off for all practices: sending, processing.")
        #expect(value("Sending", page) == "off" && value("Connecting", page) == "on")
        #expect(value("Meta", page) == "fails for many accounts" && value("Meta", overview()) == "answers")
        // A process that sends nothing itself does not say that all is well.
        #expect(try #require(value("Meta", overview(metaFails: nil))).contains("clariva_breaker_open"))
    }

    @Test func barsAreInProportionAndWhatIsThereIsSeen() throws {
        let chart = try #require(BarChart("Parked", [("a", 1000), ("b", 500), ("c", 1), ("d", 0)]))
        #expect(chart.bars.map(\.length) == [300, 150, 3, 0])
        #expect(chart.summary == "Parked: a 1000, b 500, c 1, d 0")
        #expect(chart.height == 120 && chart.bars.allSatisfy { $0.countX + 100 <= chart.width })
        #expect(BarChart("Nothing", []) == nil)
        #expect(try #require(BarChart("None", [("a", 0)])).bars.map(\.length) == [0])
    }

    @Test(
        arguments: [
            (0, "0 s"), (119_999, "119 s"), (120_000, "2 min"), (7_200_000, "2 h"), (172_800_000, "2 days"),
            (-5, "0 s"),
        ] as [(Int64, String)])
    func agesAreToldInWords(_ milliseconds: Int64, _ words: String) {
        #expect(Age.words(milliseconds: milliseconds) == words)
    }

    @Test func repliesSayWhatCanBeDone() {
        func row(_ state: Reply.State) -> RepliesPage.Row? {
            let reply = StuckReply(
                tenantID: TenantID(Identifier(high: 1, low: 1)), id: ReplyID(Identifier(high: 2, low: 2)), state: state,
                reason: .outcomeUnknown, attempts: 1, createdAt: Self.now)
            return RepliesPage(ListPage(items: [reply], next: nil), [:], state: state).rows.first
        }
        #expect(row(.held)?.mustBeVouched == true && row(.held)?.canBeCancelled == true)
        #expect(row(.failed)?.mustBeVouched == false && row(.failed)?.canBeRetried == true)
        #expect(row(.unknown)?.canBeRetried == false && row(.unknown)?.canBeCancelled == false)
        #expect(RepliesPage.state("sent") == .held && RepliesPage.state("failed") == .failed)
    }

    @Test func whatSomebodyNamedIsEscaped() throws {
        let tenant = Tenant(
            id: TenantID(Identifier(high: 1, low: 1)), name: "<script>alert(1)</script>",
            flow: Flow(rawValue: "instagram_login"), timezone: "UTC", locale: "en", automation: .on,
            replyRules: ReplyRules(rules: []), revision: 1, createdAt: Self.now, updatedAt: Self.now)
        let page = TenantsPage(
            ListPage(items: [tenant], next: Identifier(high: 3, low: 3)), [:], beginning: "\"><b>")
        let html = try #require(try OperatorRenderer().html(page, nil))
        #expect(html.contains("&lt;script&gt;") && !html.contains("<script>") && !html.contains("<b>"))
        let next = try #require(page.nextPath)
        #expect(next.hasPrefix("/admin/tenants?name=%22%3E%3Cb%3E&cursor="))
    }

    @Test func theNavigationSaysWhereOneIs() throws {
        let session = Session(
            hash: [1], owner: .operator(nil), csrf: [2], createdAt: Self.now, seenAt: Self.now, expiresAt: Self.now)
        let person = SignedInOperator(session: session, actor: .operator(nil))
        let html = try #require(try OperatorRenderer().html(overview(), person, notice: .sendingOff))
        #expect(html.contains(#"<a href="/admin" aria-current="page">Overview</a>"#))
        #expect(html.contains(#"<a href="/admin/events">Events</a>"#) && html.contains(OperatorNotice.sendingOff.text))
        #expect(html.contains(#"<html lang="en">"#) && html.contains("name=\"csrf\" value=\"\(session.formToken)\""))
        let alone = try #require(try OperatorRenderer().html(SignInPage(fault: .refused), nil))
        #expect(!alone.contains("<nav") && alone.contains("role=\"alert\""))
    }
}
