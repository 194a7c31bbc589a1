import Foundation

/// The doctor's way through the pages, from the connect link to the end.
struct DemoConnect {
    let doctor: DemoDoctor
    let stage: DemoStage

    /// Opens the link, consents in Meta's dialog, and chooses the account where there are several.
    func walk(_ link: String) async throws {
        let browser = DemoBrowser(stage.transport)
        stage.keepSecret(link.split(separator: "/").last.map(String.init) ?? link)
        var page = try await browser.open(link)
        stage.check(page.status == 200, "the connect page was answered \(page.status)")
        guard let button = page.html.firstMatch(of: /href="([^"]*\/authorize)"/) else {
            throw DemoFailure("the connect page has no button")
        }
        stage.transcript.line(.plain, doctor.owner, "opens the connect link and presses the button")
        page = try await browser.open(absolute(DemoForm.plain(button.1), on: link))
        guard let dialog = DemoForm(in: page.html),
            let consent = dialog.filled(
                choosing: { [doctor.username, doctor.owner].contains($0.value) }, pressing: "allow")
        else { throw DemoFailure("Meta's dialog did not open: status \(page.status)") }
        stage.transcript.line(.plain, doctor.owner, "allows it in Meta's dialog")
        page = try await browser.submit(dialog, on: page, consent)
        if page.url.path().hasSuffix("/accounts") {
            page = try await choose(on: page, with: browser)
        }
        stage.check(
            page.status == 200 && page.url.path().hasSuffix("/done"),
            "connecting \(doctor.username) ended at \(page.url.path()) with status \(page.status)")
    }

    private func choose(on page: DemoBrowser.Page, with browser: DemoBrowser) async throws -> DemoBrowser.Page {
        guard let form = DemoForm(in: page.html),
            let choice = form.filled(choosing: { $0.label.contains("@\(doctor.username)") })
        else { throw DemoFailure("the account of \(doctor.username) cannot be chosen") }
        let count = form.fields.count { $0.type == "radio" }
        stage.check(count == 2, "\(count) Pages can be chosen instead of 2")
        stage.check(
            page.html.contains("Winter Family"), "the Page without an Instagram account is not shown with its reason")
        stage.transcript.line(.plain, doctor.owner, "sees 3 Pages, 1 not eligible, and chooses @\(doctor.username)")
        return try await browser.submit(form, on: page, choice)
    }

    private func absolute(_ path: String, on link: String) -> String {
        guard path.hasPrefix("/") else { return path }
        let parts = link.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/") + path
    }
}
