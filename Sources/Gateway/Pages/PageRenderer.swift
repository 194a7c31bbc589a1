internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// Turns pages into HTML answers with the headers that every page carries.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary

    /// - Parameter pages: every kind of page that will be shown.
    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ pages: [any Page.Type]) throws {
        var library = MustacheLibrary()
        for (name, text) in PageLayout.partials { try library.register(text, named: name) }
        for page in pages {
            try library.register("{{>head}}\n{{#page}}\n\(page.template)\n{{/page}}\n{{>foot}}\n", named: page.name)
        }
        self.library = library
    }

    /// The page's HTML; `nil` for a page that was not named at the start.
    func html(_ page: some Page) -> String? {
        library.render(Frame(title: page.title, lang: page.lang, page: page), withTemplate: type(of: page).name)
    }

    /// What the layout needs to know of every page.
    private struct Frame {
        let title: String
        let lang: String
        let page: any Page
    }

    /// The page as an answer.
    func response(_ page: some Page, status: HTTPTypes.HTTPResponse.Status) -> Response {
        guard let html = html(page) else { return Response(status: .internalServerError) }
        var headers = Self.headers
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// What pages and redirects of the doctor's way carry: addresses hold the link's token, so no other site may learn
    /// them and nothing is kept. `form-action` needs no host of Meta's: Meta is reached by a link, not by a form.
    static var headers: HTTPFields {
        var headers: HTTPFields = [
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ]
        headers[.referrerPolicy] = "no-referrer"
        return headers
    }
}
