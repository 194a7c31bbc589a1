import Testing

@testable import clariva

/// The demo's reading of HTML forms: as much of a browser as connecting needs.
struct DemoFormTests {
    private static let dialog = """
        <p>An app asks.</p><form method="get"><input type="hidden" name="state" value="a&amp;b">
        <label><input type="radio" name="account" value="dr_a" checked> Dr. A (@dr_a)</label>
        <label><input type="radio" name="account" value="dr_b"> Dr. B (@dr_b)</label>
        <label><input type="checkbox" name="granted" value="one" checked> one</label>
        <label><input type="checkbox" name="granted" value="two"> two</label>
        <button name="auto" value="allow">Allow</button><button name="auto" value="deny">Deny</button></form>
        """

    @Test func sendsWhatABrowserWouldSend() throws {
        let form = try #require(DemoForm(in: Self.dialog))
        #expect(!form.isPost)
        #expect(form.action.isEmpty)
        let sent = try #require(form.filled(choosing: { $0.value == "dr_b" }, pressing: "allow"))
        #expect(sent.map { "\($0.name)=\($0.value)" } == ["state=a&b", "granted=one", "account=dr_b", "auto=allow"])
    }

    @Test func choosesByWhatTheLabelSays() throws {
        let html = """
            <form method="post" action="/connect/x/accounts"><input type="hidden" name="csrf" value="c">
            <label class="choice"><input type="radio" name="account" value="1" required checked>
            <span>First <span class="quiet">@first</span></span></label>
            <label class="choice"><input type="radio" name="account" value="2" required>
            <span>Second <span class="quiet">@second</span></span></label>
            <button class="button" type="submit">Connect</button></form>
            """
        let form = try #require(DemoForm(in: html))
        #expect(form.isPost)
        #expect(form.action == "/connect/x/accounts")
        let sent = try #require(form.filled(choosing: { $0.label.contains("@second") }))
        #expect(sent.map { "\($0.name)=\($0.value)" } == ["csrf=c", "account=2"])
        let choosesNobody = form.filled(choosing: { $0.label.contains("@third") }) == nil
        #expect(choosesNobody)
    }

    @Test func findsNoFormWhereThereIsNone() {
        let isMissing = DemoForm(in: "<p>Nothing to fill in</p>") == nil
        #expect(isMissing)
    }
}
