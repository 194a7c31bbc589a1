internal import Tenancy

/// Parked or failed events, each with its reason and the button that replays it.
struct EventsPage: OperatorPage, Equatable {
    struct Row: Sendable, Equatable {
        var id: String
        /// In UTC.
        var received: String
        /// The practice's name; nobody's events have none.
        var practice: String
        var account: String
        var kind: String
        var reason: String
        var attempts: Int
    }

    /// Another list that can be looked at.
    struct Choice: Sendable, Equatable {
        var name: String
        var path: String
        var isCurrent: Bool
    }

    /// `parked` or `failed`.
    var state: String
    var choices: [Choice]
    var rows: [Row]
    var isEmpty: Bool
    var nextPath: String?

    var title: String { "Events" }
    var place: OperatorPlace? { .events }

    init(_ page: ListPage<Event>, _ names: [TenantID: String], state: Event.State, reason: Event.Reason?) {
        self.state = state.rawValue
        choices = Self.choices(state, reason)
        rows = page.items.map { event in
            Row(
                id: event.id.description, received: event.receivedAt.rfc3339,
                practice: event.tenantID == .system ? "nobody's" : names[event.tenantID] ?? "gone",
                account: event.accountID, kind: event.kind ?? "not looked at", reason: event.reason?.rawValue ?? "none",
                attempts: event.attempts)
        }
        isEmpty = rows.isEmpty
        nextPath = OperatorPath.next(
            "/admin/events", ["state": state.rawValue, "reason": reason?.rawValue ?? ""], page.next)
    }

    private static func choices(_ state: Event.State, _ reason: Event.Reason?) -> [Choice] {
        let parked = Event.Reason.allCases.filter { $0.state == .parked }
        return [
            Choice(name: "failed", path: "/admin/events?state=failed", isCurrent: state == .failed),
            Choice(
                name: "parked", path: "/admin/events?state=parked", isCurrent: state == .parked && reason == nil),
        ]
            + parked.map {
                Choice(
                    name: $0.rawValue, path: "/admin/events?state=parked&reason=\($0.rawValue)", isCurrent: reason == $0
                )
            }
    }

    static let template = """
        <nav aria-label="Which events">
        <ul class="filters">
        {{#choices}}
        <li><a href="{{path}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{name}}</a></li>
        {{/choices}}
        </ul>
        </nav>
        {{#isEmpty}}
        <p>There are none.</p>
        {{/isEmpty}}
        {{^isEmpty}}
        <div class="scroll" role="region" aria-label="Events" tabindex="0">
        <table>
        <thead><tr><th scope="col">Received</th><th scope="col">Practice</th><th scope="col">Account</th>
        <th scope="col">Kind</th><th scope="col">Reason</th><th scope="col">Attempts</th><th scope="col">Replay</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row" class="number">{{received}}</th><td>{{practice}}</td><td>{{account}}</td><td>{{kind}}</td>
        <td>{{reason}}</td><td class="number">{{attempts}}</td>
        <td><form method="post" action="/admin/events/{{id}}/replay">
        <input type="hidden" name="csrf" value="{{csrf}}"><input type="hidden" name="state" value="{{state}}">
        <button class="plain" type="submit" aria-label="Replay the event of {{received}}">Replay</button></form></td></tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{/isEmpty}}
        {{>next}}
        """
}
