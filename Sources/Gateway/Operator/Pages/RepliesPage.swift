internal import Tenancy

/// Replies that somebody should look at: their outcome is not known, or they were given up.
struct RepliesPage: OperatorPage, Equatable {
    struct Row: Sendable, Equatable {
        var id: String
        var tenant: String
        var practice: String
        /// In UTC.
        var created: String
        var reason: String
        var attempts: Int
        /// It may have gone out: whoever sends it again has to have looked.
        var mustBeVouched: Bool
        var canBeRetried: Bool
        var canBeCancelled: Bool
    }

    private static let states: [Reply.State] = [.held, .unknown, .failed]

    /// `unknown`, `held` or `failed`.
    var state: String
    var choices: [EventsPage.Choice]
    /// What the state means, and what can be done.
    var explanation: String
    var rows: [Row]
    var isEmpty: Bool
    var nextPath: String?

    var title: String { "Replies" }
    var place: OperatorPlace? { .replies }

    /// The state that a query or a form names; held ones where it names none of these.
    static func state(_ word: String?) -> Reply.State { states.first { $0.rawValue == word } ?? .held }

    /// It was never learned whether it went out.
    static func mayHaveGoneOut(_ state: Reply.State, _ reason: Reply.Reason?) -> Bool {
        state == .held && reason == .outcomeUnknown
    }

    init(_ page: ListPage<StuckReply>, _ names: [TenantID: String], state: Reply.State) {
        self.state = state.rawValue
        choices = Self.states.map {
            EventsPage.Choice(
                name: $0.rawValue, path: "/admin/replies?state=\($0.rawValue)", isCurrent: $0 == state)
        }
        explanation =
            switch state {
            case .held:
                "These are kept back until somebody or something happens. Those with the reason outcome_unknown may have "
                    + "gone out: before one is sent again, somebody has to look in the practice's inbox whether the "
                    + "patient got it. Those that wait for a reconnect are sent by themselves after it."
            case .unknown:
                "It is being found out whether these went out; their conversations wait meanwhile. There is nothing to "
                    + "do: they are sent, queued again or held within some minutes."
            default: "These were refused, or given up. They can be queued again."
            }
        rows = page.items.map { reply in
            Row(
                id: reply.id.description, tenant: reply.tenantID.description,
                practice: names[reply.tenantID] ?? "gone", created: reply.createdAt.rfc3339,
                reason: reply.reason?.rawValue ?? "none", attempts: reply.attempts,
                mustBeVouched: Self.mayHaveGoneOut(state, reply.reason),
                canBeRetried: state == .held || state == .failed, canBeCancelled: state == .held)
        }
        isEmpty = rows.isEmpty
        nextPath = OperatorPath.next("/admin/replies", ["state": state.rawValue], page.next)
    }

    static let template = """
        <nav aria-label="Which replies">
        <ul class="filters">
        {{#choices}}
        <li><a href="{{path}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{name}}</a></li>
        {{/choices}}
        </ul>
        </nav>
        <p>{{explanation}}</p>
        {{#isEmpty}}
        <p>There are none.</p>
        {{/isEmpty}}
        {{^isEmpty}}
        <div class="scroll" role="region" aria-label="Replies" tabindex="0">
        <table>
        <thead><tr><th scope="col">Made</th><th scope="col">Practice</th><th scope="col">Reason</th>
        <th scope="col">Attempts</th><th scope="col">What to do</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row" class="number">{{created}}</th><td>{{practice}}</td><td>{{reason}}</td>
        <td class="number">{{attempts}}</td><td>
        {{#canBeRetried}}
        <form method="post" action="/admin/tenants/{{tenant}}/replies/{{id}}/retry">
        <input type="hidden" name="csrf" value="{{csrf}}"><input type="hidden" name="state" value="{{state}}">
        {{#mustBeVouched}}
        <label><input type="checkbox" name="vouched" value="yes" required> The patient did not get it</label>
        {{/mustBeVouched}}
        <button class="plain" type="submit" aria-label="Send the reply of {{created}} again">Send again</button></form>
        {{/canBeRetried}}
        {{#canBeCancelled}}
        <form method="post" action="/admin/tenants/{{tenant}}/replies/{{id}}/cancel">
        <input type="hidden" name="csrf" value="{{csrf}}"><input type="hidden" name="state" value="{{state}}">
        <button class="plain" type="submit" aria-label="Give the reply of {{created}} up">Give up</button></form>
        {{/canBeCancelled}}
        </td></tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{/isEmpty}}
        {{>next}}
        """
}
