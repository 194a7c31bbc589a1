/// What one HTML page shows: a plain value, tested as data. Templates see stored properties alone.
protocol Page: Sendable {
    /// The page's template; everything in it is filled in by `{{ }}`, which escapes, or is a text by its `[[key]]`.
    static var template: String { get }
    /// The name of the template.
    static var name: String { get }
    /// The document's title.
    var title: String { get }
    /// What it is written in.
    var language: PageLanguage { get }
}

extension Page {
    static var name: String { "\(Self.self)" }
    var language: PageLanguage { .english }
}

/// What frames every page.
enum PageLayout {
    /// Partials by name: small letters alone.
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
        <meta name="color-scheme" content="light dark">
        <title>{{title}}</title>
        <link rel="stylesheet" href="\(Stylesheet.address)">
        </head>
        <body>
        <a class="skip" href="#content">[[frame.skip]]</a>
        <header><span class="brand">Clariva</span></header>
        <main id="content" tabindex="-1">
        <h1>{{title}}</h1>

        """

    private static let foot = """
        </main>
        </body>
        </html>

        """
}
