internal import Foundation
internal import Storage
internal import Tenancy

/// Practices, and how their connections stand.
struct TenantsPage: OperatorPage, Equatable {
    struct Row: Sendable, Equatable {
        var name: String
        var id: String
        /// The flow of the connection, or the one that is meant to be.
        var flow: String
        var state: String
        /// Why it is in this state.
        var reason: String?
        /// When the account's newest webhook came, in UTC.
        var lastWebhook: String
        var automation: String
    }

    /// What the names begin with that are looked for.
    var beginning: String
    var rows: [Row]
    var isEmpty: Bool
    var nextPath: String?

    var title: String { "Practices" }
    var place: OperatorPlace? { .tenants }

    init(_ page: ListPage<Tenant>, _ states: [TenantID: TenantState], beginning: String) {
        self.beginning = beginning
        rows = page.items.map { tenant in
            let state = states[tenant.id]
            return Row(
                name: tenant.name, id: tenant.id.description, flow: (state?.flow ?? tenant.flow).rawValue,
                state: state?.state.rawValue ?? "never connected", reason: state?.reason?.rawValue,
                lastWebhook: state?.lastWebhookAt?.rfc3339 ?? "none", automation: tenant.automation.rawValue)
        }
        isEmpty = rows.isEmpty
        nextPath = OperatorPath.next("/admin/tenants", ["name": beginning], page.next)
    }

    static let template = """
        <form method="get" action="/admin/tenants">
        <p><label for="name">Name begins with (as it is written; capital letters count)</label><br>
        <input type="text" id="name" name="name" value="{{beginning}}" maxlength="100">
        <button class="plain" type="submit">Look for it</button></p>
        </form>
        {{#isEmpty}}
        <p>There are none.</p>
        {{/isEmpty}}
        {{^isEmpty}}
        <div class="scroll" role="region" aria-label="Practices" tabindex="0">
        <table>
        <thead><tr><th scope="col">Practice</th><th scope="col">Connection</th><th scope="col">Flow</th>
        <th scope="col">Newest webhook</th><th scope="col">Automation</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}<br><code>{{id}}</code></th>
        <td>{{state}}{{#reason}}<br><span class="quiet">{{.}}</span>{{/reason}}</td>
        <td>{{flow}}</td><td class="number">{{lastWebhook}}</td><td>{{automation}}</td></tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{/isEmpty}}
        {{>next}}
        """
}

/// Addresses of further pages.
enum OperatorPath {
    /// - Returns: `nil` on the last page.
    static func next(_ path: String, _ query: KeyValuePairs<String, String>, _ cursor: Identifier?) -> String? {
        guard let cursor else { return nil }
        var parts = query.filter { !$0.value.isEmpty }.map { "\($0.key)=\(escaped($0.value))" }
        parts.append("cursor=\(Pagination.text(cursor))")
        return "\(path)?\(parts.joined(separator: "&"))"
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
