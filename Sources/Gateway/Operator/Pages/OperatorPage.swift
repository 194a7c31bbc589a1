/// One page for operators: a plain value, tested as data. Templates see stored properties alone.
protocol OperatorPage: Sendable {
    /// The page's template; everything in it is filled in by `{{ }}`, which escapes.
    static var template: String { get }
    /// The document's title.
    var title: String { get }
    /// Which entry of the navigation it is; `nil` for none.
    var place: OperatorPlace? { get }
}

extension OperatorPage {
    static var name: String { "\(Self.self)" }
    var place: OperatorPlace? { nil }
}

/// Where one can go.
enum OperatorPlace: String, Sendable, CaseIterable {
    case overview = "/admin"
    case tenants = "/admin/tenants"
    case events = "/admin/events"
    case replies = "/admin/replies"
    case sending = "/admin/switches"

    var title: String {
        switch self {
        case .overview: "Overview"
        case .tenants: "Practices"
        case .events: "Events"
        case .replies: "Replies"
        case .sending: "Sending"
        }
    }
}

/// What frames every page for operators.
enum OperatorLayout {
    /// Partials by name.
    static let partials = ["head": head, "foot": foot, "chart": chart, "next": next]

    private static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}} – Clariva</title>
        <link rel="stylesheet" href="\(Stylesheet.address)">
        <link rel="stylesheet" href="\(OperatorStylesheet.address)">
        </head>
        <body class="operator">
        {{#navigation}}
        <a class="skip" href="#content">Skip to the content</a>
        <header>
        <nav aria-label="Operations">
        <ul>
        {{#places}}
        <li><a href="{{path}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{title}}</a></li>
        {{/places}}
        </ul>
        </nav>
        <form method="post" action="/admin/sign-out">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <button class="plain" type="submit">Sign out</button>
        </form>
        </header>
        {{/navigation}}
        <main id="content">
        <h1>{{title}}</h1>
        {{#notice}}
        <p class="note" role="status">{{.}}</p>
        {{/notice}}

        """

    private static let foot = """
        </main>
        </body>
        </html>

        """

    /// A ``BarChart``. What it shows stands in it as text, so that it is read out as it is seen.
    private static let chart = """
        <figure>
        <figcaption>{{title}}</figcaption>
        <svg class="chart" role="img" aria-label="{{summary}}" viewBox="0 0 {{width}} {{height}}">
        {{#bars}}
        <text x="0" y="{{textY}}">{{label}}</text>
        <rect x="{{x}}" y="{{y}}" width="{{length}}" height="{{thickness}}" rx="3"/>
        <text x="{{countX}}" y="{{textY}}">{{count}}</text>
        {{/bars}}
        </svg>
        </figure>

        """

    private static let next = """
        {{#nextPath}}
        <p><a class="button" href="{{.}}" rel="next">Further ones</a></p>
        {{/nextPath}}

        """
}
