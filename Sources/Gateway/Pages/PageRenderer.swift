internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// Turns pages into HTML answers with the headers that every page carries.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary

    /// - Parameter pages: every kind of page that will be shown.
    /// - Throws: the parser's error for a template that is no Mustache; ``UnknownPageText``.
    init(_ pages: [any Page.Type]) throws {
        var library = MustacheLibrary()
        for language in PageLanguage.allCases {
            for (name, text) in PageLayout.partials {
                try library.register(try PageTexts.translate(text, to: language), named: Self.name(name, in: language))
            }
            for page in pages {
                let whole = "{{>head}}\n{{#page}}\n\(page.template)\n{{/page}}\n{{>foot}}\n"
                try library.register(
                    try PageTexts.translate(whole, to: language), named: Self.name(page.name, in: language))
            }
        }
        self.library = library
    }

    private static func name(_ template: String, in language: PageLanguage) -> String {
        "\(template).\(language.rawValue)"
    }

    /// The page's HTML; `nil` for a page that was not named at the start.
    func html(_ page: some Page) -> String? {
        library.render(
            TemplateValues(of: Frame(title: page.title, lang: page.language.rawValue, page: page)),
            withTemplate: Self.name(type(of: page).name, in: page.language))
    }

    /// What the layout needs to know of every page.
    private struct Frame {
        let title: String
        let lang: String
        let page: any Page
    }

    /// The page as an answer.
    /// - Parameter headers: beside those that say what is in it.
    func response(
        _ page: some Page, status: HTTPTypes.HTTPResponse.Status, headers: HTTPFields = PageRenderer.headers
    ) -> Response {
        guard let html = html(page) else { return Response(status: .internalServerError) }
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentLanguage] = page.language.rawValue
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// What pages and redirects of the doctor's way carry: addresses hold the link's token, so no other site may learn
    /// them and nothing is kept. `form-action` needs no host of Meta's: Meta is reached by a link, not by a form.
    static var headers: HTTPFields { headers(formsMayLeadTo: nil) }

    /// - Parameter origin: of another site that a form's answer leads to: browsers hold `form-action` against redirects, too
    ///   (Chrome, Safari).
    static func headers(formsMayLeadTo origin: String?) -> HTTPFields {
        let places = ["'self'", origin].compactMap(\.self).joined(separator: " ")
        var headers: HTTPFields = [
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; form-action \(places); frame-ancestors 'none'; base-uri 'none'",
        ]
        headers[.referrerPolicy] = "no-referrer"
        return headers
    }

    /// The same for pages behind a session: their addresses hold no secret, and their forms need their origin, which
    /// browsers leave out under `no-referrer` (Fetch, "append a request `Origin` header").
    static var sessionHeaders: HTTPFields {
        var headers = headers
        headers[.referrerPolicy] = "same-origin"
        return headers
    }
}
