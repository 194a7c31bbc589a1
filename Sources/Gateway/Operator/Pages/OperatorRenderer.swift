internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore
internal import Tenancy

/// Turns pages for operators into HTML answers with the headers that each carries.
struct OperatorRenderer: Sendable {
    private let library: MustacheLibrary

    /// - Throws: the parser's error for a template that is no Mustache.
    init() throws {
        var library = MustacheLibrary()
        for (name, text) in OperatorLayout.partials { try library.register(text, named: name) }
        let pages: [any OperatorPage.Type] = [
            SignInPage.self, OverviewPage.self, TenantsPage.self, EventsPage.self, RepliesPage.self, SendingPage.self,
            OperatorFaultPage.self,
        ]
        for page in pages {
            try library.register("{{>head}}\n{{#page}}\n\(page.template)\n{{/page}}\n{{>foot}}\n", named: page.name)
        }
        self.library = library
    }

    /// What the layout needs to know of every page.
    private struct Frame {
        let title: String
        let navigation: Navigation?
        let notice: String?
        /// The session's form token, for the forms of the page itself.
        let csrf: String
        let page: any OperatorPage
    }

    private struct Navigation {
        struct Place {
            let path: String
            let title: String
            let isCurrent: Bool
        }

        let places: [Place]
        let csrf: String
    }

    /// The page's HTML.
    /// - Parameters:
    ///   - person: who is signed in; nobody sees no navigation.
    ///   - notice: what has just been done.
    func html(_ page: some OperatorPage, _ person: SignedInOperator?, notice: OperatorNotice? = nil) -> String? {
        let token = person?.session.formToken
        let navigation = token.map { token in
            Navigation(
                places: OperatorPlace.allCases.map {
                    Navigation.Place(path: $0.rawValue, title: $0.title, isCurrent: $0 == page.place)
                }, csrf: token)
        }
        let frame = Frame(
            title: page.title, navigation: navigation, notice: notice?.text, csrf: token ?? "", page: page)
        return library.render(TemplateValues(of: frame), withTemplate: type(of: page).name)
    }

    /// The page as an answer.
    func response(
        _ page: some OperatorPage, _ person: SignedInOperator?, notice: OperatorNotice? = nil,
        status: HTTPTypes.HTTPResponse.Status = .ok
    ) -> Response {
        guard let html = html(page, person, notice: notice) else { return Response(status: .internalServerError) }
        var headers = PageRenderer.sessionHeaders
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
