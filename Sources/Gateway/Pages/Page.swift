/// What one HTML page shows: a plain value, tested as data. Templates see stored properties alone.
protocol Page: Sendable {
    /// The page's template; everything in it is filled in by `{{ }}`, which escapes.
    static var template: String { get }
    /// The name of the template.
    static var name: String { get }
    /// The document's title.
    var title: String { get }
    /// BCP 47.
    var lang: String { get }
}

extension Page {
    static var name: String { "\(Self.self)" }
    var lang: String { "en" }
}

/// What frames every page.
enum PageLayout {
    /// Partials by name.
    static let partials = ["head": head, "foot": foot, "excluded": excluded]

    /// ``ExcludedAccounts`` as a list.
    private static let excluded = """
        <ul class="plain">
        {{#accounts}}
        <li><strong>{{name}}</strong><br>{{reason}}</li>
        {{/accounts}}
        </ul>

        """

    private static let head = """
        <!doctype html>
        <html lang="{{lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <link rel="stylesheet" href="/assets/clariva.css">
        </head>
        <body>
        <main>
        <h1>{{title}}</h1>

        """

    private static let foot = """
        </main>
        </body>
        </html>

        """
}
