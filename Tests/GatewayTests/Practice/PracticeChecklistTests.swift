import Foundation
import Tenancy
import Testing

@testable import Gateway

/// The checklist as data, in both languages.
struct PracticeChecklistTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)
    private static let scopes = ["instagram_business_basic", "instagram_business_manage_messages"]

    private func items(
        in language: PageLanguage = .english, share: Double? = 0, cure: String? = "Facebook Page",
        answers: PracticeChecklist.Answers = .on, _ change: (inout Connection) -> Void = { _ in }
    ) -> [PracticePage.Checks.Item] {
        var connection = Connection(
            id: ConnectionID(TenantID.system.raw), tenantID: .system, flow: Flow(rawValue: "instagram_login"),
            state: .active, instagramPageID: "1784", token: "secret", tokenExpiresAt: now.adding(seconds: 30 * 86_400),
            scopes: Self.scopes, subscribedFields: ["messages"], lastWebhookAt: now.adding(seconds: -3600),
            createdAt: now, updatedAt: now)
        change(&connection)
        return PracticeChecklist(
            connection: connection, requiredScopes: Self.scopes, senderlessShare: share, cure: cure, answers: answers,
            now: now, time: PageTime(language: language, timezone: "Europe/Berlin", now: now)
        ).items
    }

    private typealias Item = PracticePage.Checks.Item

    @Test func aHealthyConnectionIsAllRightInEnglish() {
        #expect(
            items() == [
                Item(
                    status: "pass", word: "All right", name: "Access to the account",
                    text:
                        "Meta accepts our access. It is renewed by itself, and lasts until 21 October 2026 at present."),
                Item(
                    status: "pass", word: "All right", name: "Permissions",
                    text: "Everything that is needed is allowed."),
                Item(
                    status: "pass", word: "All right", name: "Delivery of messages",
                    text: "Meta delivers new messages to us."),
                Item(
                    status: "pass", word: "All right", name: "Sign of life",
                    text: "We last heard from Meta today, 15:13."),
                Item(
                    status: "pass", word: "All right", name: "Who writes",
                    text: "Meta tells us who has written each message."),
                Item(
                    status: "pass", word: "All right", name: "Automatic answers",
                    text: "Automatic answers are switched on."),
            ])
    }

    @Test func whatIsWrongIsSaidInGermanWithItsCure() {
        let found = items(in: .german, share: 0.254, answers: .paused) { connection in
            connection.state = .degraded
            connection.reason = .tokenExpiring
            connection.scopes = ["instagram_business_basic"]
            connection.subscribedFields = []
            connection.lastWebhookAt = nil
        }
        #expect(
            found == [
                Item(
                    status: "warn", word: "Bitte ansehen", name: "Zugang zum Konto",
                    text: "Der Zugang endet am 21. Oktober 2026 und konnte bisher nicht erneuert werden. Neu verbinden "
                        + "erneuert ihn sofort."),
                Item(
                    status: "fail", word: "Geht nicht", name: "Berechtigungen",
                    text: "Es fehlt: „Direktnachrichten lesen und beantworten“. Bitte verbinden Sie neu und lassen Sie "
                        + "alles eingeschaltet."),
                Item(
                    status: "fail", word: "Geht nicht", name: "Zustellung der Nachrichten",
                    text: "Meta stellt uns keine Nachrichten zu. Wir versuchen täglich, das zu ändern; neu verbinden "
                        + "tut es sofort."),
                Item(
                    status: "warn", word: "Bitte ansehen", name: "Lebenszeichen",
                    text: "Bisher ist nichts eingetroffen. Schreiben Sie der Praxis zur Probe von einem anderen "
                        + "Instagram-Konto."),
                Item(
                    status: "warn", word: "Bitte ansehen", name: "Wer schreibt",
                    text:
                        "Von den Nachrichten des letzten Tages kamen 25 % ohne Absender. Dagegen hilft die Umstellung "
                        + "auf Facebook Page."),
                Item(
                    status: "warn", word: "Bitte ansehen", name: "Automatische Antworten",
                    text: "Automatische Antworten sind für die Praxis angehalten. Nachrichten werden trotzdem "
                        + "aufgezeichnet."),
            ])
    }

    @Test func withoutAccessNothingElseIsClaimed() {
        for change: (inout Connection) -> Void in [
            { $0.state = .reconnectRequired }, { $0.token = nil }, { $0.tokenExpiresAt = self.now },
        ] {
            let first = items(change).first
            #expect(first?.status == "fail" && first?.text.contains("Please connect again") == true)
        }
        #expect(items { $0.state = .reconnectRequired }.map(\.name) == ["Access to the account", "Automatic answers"])
        #expect(items { $0.state = .pending }.map(\.name) == ["Automatic answers"])
    }

    @Test func edges() {
        #expect(items { $0.tokenExpiresAt = nil }[0].text == "Meta accepts our access, and it does not end by itself.")
        #expect(!items(share: nil).contains { $0.name == "Who writes" })
        #expect(items(share: 0.049)[4].status == "pass" && items(share: 0.05, cure: nil)[4].status == "warn")
        #expect(!items(share: 1, cure: nil)[4].text.contains("Switching"))
        #expect(items { $0.lastWebhookAt = self.now.adding(seconds: -7 * 86_400) }[3].status == "warn")
        #expect(items(answers: .off)[5].text.contains("by the operator"))
    }
}
