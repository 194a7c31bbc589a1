import Foundation
import Integrations
import Tenancy
import Testing

@testable import Gateway

/// Every text is there in every language, and says the same things.
struct PageTextTests {
    private static let pages: [any Page.Type] = [
        ConnectPage.self, AccountsPage.self, DonePage.self, FaultPage.self, DeletionStatusPage.self, PracticePage.self,
        DisconnectPage.self, SignedOutPage.self,
    ]

    private static let faults: [ConnectFault] = [
        .linkUnknown, .linkExpired, .linkUsed, .linkOnlyShows, .flowOff(nil), .flowOff("A flow"), .connectingOff,
        .stateUnknown, .stateExpired, .stateReused, .foreignBrowser, .denied, .scopesMissing(["pages_messaging"]),
        .nothingEligible([]), .accountTaken, .otherAccount, .notSubscribed, .choicesGone, .formForeign,
        .choiceUnknown, .tooManyAttempts, .sessionOver, .unavailable,
        .meta(GraphError(.noAnswer)), .meta(GraphError(.throttled)),
        .meta(GraphError(.permission)), .meta(GraphError(.tokenDead)), .meta(GraphError(.unsupported)),
    ]

    private func placeholders(_ text: String) -> [String] {
        text.matches(of: /\{\{([^}]*)\}\}/).map { String($0.1) }.sorted()
    }

    @Test func everyKeyHasATextInEveryLanguage() {
        let english = PageTexts.all(in: .english)
        let german = PageTexts.all(in: .german)
        #expect(english.count > 100 && Set(english.keys) == Set(german.keys))
        #expect(
            english.count == FrameText.allCases.count + ConnectText.allCases.count + PracticeText.allCases.count,
            "a key stands in two places")
        for (key, text) in english {
            let other = german[key] ?? ""
            #expect(!text.isEmpty && !other.isEmpty, "\(key)")
            #expect(placeholders(text) == placeholders(other), "\(key)")
            #expect(text != other, "\(key) is not translated")
            for one in [text, other] { #expect(!one.contains("[[") && !one.contains("  "), "\(key)") }
        }
    }

    @Test func everyFlowPermissionAndFaultHasWordsInEveryLanguage() {
        for flow in IntegrationRegistry.known {
            let (english, german) = (FlowTexts.english[flow.name], FlowTexts.german[flow.name])
            #expect(english != nil && german != nil && english != german, "\(flow.name)")
            #expect(english?.needs.count == german?.needs.count, "\(flow.name)")
        }
        #expect(Set(PermissionTexts.english.keys) == Set(PermissionTexts.german.keys))
        for language in PageLanguage.allCases {
            #expect(!FlowTexts.words(of: "of_tomorrow", in: language).needs.isEmpty)
            #expect(!PermissionTexts.words(of: "of_tomorrow", in: language).title.isEmpty)
        }
        for fault in Self.faults {
            let (english, german) = (fault.words(in: .english), fault.words(in: .german))
            for (one, other) in [
                (english.title, german.title), (english.message, german.message), (english.advice, german.advice),
            ] {
                #expect(!one.isEmpty && !other.isEmpty && one != other, "\(fault.word)")
            }
        }
    }

    /// What the integrations ask for is explained: none is named by its code alone.
    @Test func everyScopeThatIsAskedForIsExplained() throws {
        let transport = try CurlTransport()
        defer { transport.shutdown() }
        let integrations: [any Integration] = [
            InstagramLogin(
                InstagramLoginConfiguration(appID: "1", appSecret: "s", graphURL: "http://127.0.0.1"),
                transport: transport),
            FacebookPage(
                FacebookPageConfiguration(appID: "2", appSecret: "s", graphURL: "http://127.0.0.1"),
                transport: transport),
        ]
        for integration in integrations {
            for scope in integration.requestedScopes {
                #expect(PermissionTexts.english[scope] != nil, "\(scope)")
            }
        }
    }

    @Test func templatesNameOnlyTextsThatThereAre() throws {
        _ = try PageRenderer(Self.pages)
        for language in PageLanguage.allCases {
            for page in Self.pages {
                let text = try PageTexts.translate(page.template, to: language)
                #expect(!text.contains("[["), "\(page.name)")
            }
        }
        #expect(throws: UnknownPageText(key: "no.such")) { try PageTexts.translate("<p>[[no.such]]</p>", to: .german) }
    }

    @Test func whatAPageFillsInIsEscapedAndNeverATemplate() throws {
        let renderer = try PageRenderer(Self.pages)
        for language in PageLanguage.allCases {
            let page = DonePage(
                language: language, practice: "<b>{{account}}</b> & [[done.close]]", account: "{{practice}}",
                flow: "x", practicePath: nil)
            let html = try #require(renderer.html(page))
            #expect(html.contains("&lt;b&gt;") && !html.contains("<b>") && html.contains("&amp; [[done.close]]"))
            #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
            #expect(html.contains(FrameText.skip.text(in: language)))
        }
        let filled = PracticeText.disconnectAsk.text(in: .english, ["account": "{{practice}}", "practice": "P"])
        #expect(filled == "{{practice}} is disconnected from P:")
    }

    @Test(
        arguments: [
            (nil, nil, PageLanguage.english), (nil, "de-CH, en;q=0.5", .german),
            (nil, "fr, de;q=0.3, en;q=0.7", .english),
            (nil, "fr, *;q=0.1", .english), (nil, "en;q=0, de;q=0.1", .german), (nil, "DE", .german),
            (nil, ";;q=,de;q=x\r\n", .english), ("de", "en", .german), ("de-AT", nil, .german),
            ("en_GB", "de", .english),
            ("fr-CH", "de-CH", .german), ("fr-CH", nil, .english), ("", "de", .german),
        ] as [(String?, String?, PageLanguage)])
    func theLanguageIsThePracticesThenTheBrowsers(_ locale: String?, _ accepted: String?, _ language: PageLanguage) {
        #expect(PageLanguage(locale: locale, accepted: accepted) == language)
    }

    @Test func momentsAreSaidByThePracticesClock() throws {
        let now = try #require(Timestamp(rfc3339: "2026-03-01T00:30:00Z"))
        let berlin = PageTime(language: .english, timezone: "Europe/Berlin", now: now)
        let (late, old) = (
            try #require(Timestamp(rfc3339: "2026-02-28T23:05:00Z")),
            try #require(Timestamp(rfc3339: "2026-02-27T23:05:00Z"))
        )
        #expect(berlin.words(late) == "today, 00:05")
        #expect(berlin.words(old) == "yesterday, 00:05")
        #expect(berlin.words(try #require(Timestamp(rfc3339: "2025-12-31T23:30:00Z"))) == "1 January 2026, 00:30")
        #expect(berlin.startOfDay == Timestamp(rfc3339: "2026-02-28T23:00:00Z"))
        let honolulu = PageTime(language: .german, timezone: "Pacific/Honolulu", now: now)
        #expect(honolulu.words(late) == "heute, 13:05 Uhr")
        #expect(honolulu.exact(old) == "27. Februar 2026, 13:05 Uhr (Pacific/Honolulu)")
        #expect(PageTime(language: .german, timezone: "No/Where", now: now).words(late) == "gestern, 23:05 Uhr")
    }
}
