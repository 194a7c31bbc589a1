internal import Tenancy

/// Asks once more before sending is switched for all practices.
struct SendingPage: OperatorPage, Equatable {
    var isOn: Bool
    /// What the form asks for.
    var wanted: String
    /// Of the switches as they are shown.
    var revision: String

    var title: String { isOn ? "Switch sending off" : "Switch sending on" }
    var place: OperatorPlace? { .sending }

    init(_ switches: Switches, revision: Int64) {
        isOn = switches.sending
        wanted = switches.sending ? "off" : "on"
        self.revision = "\(revision)"
    }

    static let template = """
        {{#isOn}}
        <p>Sending is on for all practices. Switched off, no reply goes out any more: not of the machine's, and not of a
        person's that is written through the API. Events are still processed, and replies wait in their queues. What waits
        past its messaging window is not sent any more.</p>
        {{/isOn}}
        {{^isOn}}
        <p>Sending is off for all practices. Switched on, what waits in the queues goes out at once, as far as its messaging
        window is open. A practice whose own sending is switched off stays so.</p>
        {{/isOn}}
        <form method="post" action="/admin/switches">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <input type="hidden" name="revision" value="{{revision}}">
        <input type="hidden" name="sending" value="{{wanted}}">
        <p><button class="button" type="submit">Switch sending {{wanted}} for all practices</button></p>
        </form>
        <p><a href="/admin">Leave it as it is</a></p>
        """
}
