internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import Logging
internal import NIOCore
internal import Tenancy

/// The doctor's way as HTTP: pages, redirects, the cookie.
struct ConnectRoutes: Sendable {
    private let service: ConnectService
    private let pages: PageRenderer
    private let faults: FaultResponder
    /// Binds a sign-in to the browser.
    private let cookie: BrowserCookie
    /// Of the practice's own page.
    private let practiceCookie: BrowserCookie

    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ service: ConnectService) throws {
        self.service = service
        pages = try PageRenderer([ConnectPage.self, AccountsPage.self, DonePage.self, FaultPage.self])
        faults = FaultResponder(pages: pages, logger: service.logger)
        cookie = BrowserCookie("clariva_connect", isSecure: service.isSecure)
        practiceCookie = .practice(isSecure: service.isSecure)
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("connect/:token") { request, context in
            await answer(request, context) {
                if let answer = onlyLooked(request) { return answer }
                let opening = try await service.open(
                    context.parameters.require("token"), accepted: request.headers[.acceptLanguage],
                    replacing: practiceCookie.value(in: request), requestID: context.requestID)
                switch opening {
                case .page(let page): return pages.response(page, status: .ok)
                case .session(let secret, let session): return enter(session, secret)
                }
            }
        }
        routes.get("connect/:token/authorize") { request, context in
            await answer(request, context) {
                if let answer = onlyLooked(request) { return answer }
                // The page before tells which practice it is: nobody is led past it to Meta's dialog.
                if let site = request.headers[.secFetchSite], site != "same-origin" {
                    return redirect(.seeOther, to: ConnectService.path(try context.parameters.require("token")))
                }
                let begun = try await service.authorize(
                    context.parameters.require("token"), browser: browser(request), requestID: context.requestID)
                return redirect(.found, to: begun.url, keeping: begun.browser)
            }
        }
        routes.get("connect/:token/accounts") { request, context in
            await answer(request, context) {
                let page = try await service.accountsPage(
                    context.parameters.require("token"), accepted: request.headers[.acceptLanguage],
                    browser: browser(request))
                return pages.response(
                    page, status: .ok, headers: PageRenderer.headers(formsMayLeadTo: page.leadsTo))
            }
        }
        routes.post("connect/:token/accounts") { request, context in
            await answer(request, context) {
                let token = try context.parameters.require("token")
                let form = try? await request.form(Form.self)
                guard let form else { throw ConnectFailure(fault: .formForeign, path: ConnectService.path(token)) }
                let next = try await service.choose(
                    form.account ?? "", csrf: form.csrf ?? "", token: token, browser: browser(request),
                    requestID: context.requestID)
                return redirect(.seeOther, to: next)
            }
        }
        routes.get("connect/:token/done") { request, context in
            await answer(request, context) {
                let token = try context.parameters.require("token")
                let page = try await service.donePage(
                    token, accepted: request.headers[.acceptLanguage], session: practiceCookie.value(in: request))
                guard let page else {
                    return redirect(.seeOther, to: ConnectService.path(token))
                }
                return pages.response(page, status: .ok)
            }
        }
        for flow in IntegrationRegistry.known { addCallback(of: Flow(rawValue: flow.name), to: routes) }
        routes.get(RouterPath(Stylesheet.path)) { _, _ in Stylesheet.response(Stylesheet.text) }
    }

    private func addCallback(of flow: Flow, to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get(RouterPath("oauth/\(flow.rawValue)/callback")) { request, context in
            await answer(request, context) {
                let query = request.uri.queryParameters
                let callback = ConnectService.Callback(
                    flow: flow, state: query.get("state"), code: query.get("code"), error: query.get("error"),
                    requestID: context.requestID)
                return redirect(.seeOther, to: try await service.finish(callback, browser: browser(request)))
            }
        }
    }

    private struct Form: Decodable {
        var account: String?
        var csrf: String?
    }

    private func browser(_ request: Request) -> BrowserSecret? {
        cookie.value(in: request).flatMap { BrowserSecret($0) }
    }

    /// The browser gets a secret that is new, whatever it brought along: nobody can have planted it.
    private func enter(_ session: Session, _ secret: String) -> Response {
        var response = redirect(.seeOther, to: PracticeRoutes.path)
        practiceCookie.set(secret, seconds: session.owner.kind.longestSeconds, in: &response)
        return response
    }

    /// A program that looks whether a link leads anywhere opens no session and begins no attempt.
    private func onlyLooked(_ request: Request) -> Response? {
        request.method == .head ? Response(status: .ok) : nil
    }

    private func redirect(
        _ status: HTTPTypes.HTTPResponse.Status, to location: String, keeping browser: BrowserSecret? = nil
    ) -> Response {
        var response = Response(status: status, headers: PageRenderer.headers)
        response.headers[.location] = location
        if let browser { cookie.set(browser.text, seconds: BrowserSecret.lifetime, in: &response) }
        return response
    }

    /// Every fault becomes a page, in the language of the link's practice where the link is known.
    private func answer(
        _ request: Request, _ context: GatewayRequestContext, _ body: () async throws -> Response
    ) async -> Response {
        do {
            return try await body()
        } catch {
            let token = context.parameters.get("token") ?? (error as? ConnectFailure)?.token
            let language = await service.language(of: token, accepted: request.headers[.acceptLanguage])
            return faults.response(to: error, in: language)
        }
    }
}

/// Adds the doctor's pages, the callbacks of every flow and the stylesheet.
/// - Throws: the parser's error for a template that is no Mustache.
func addConnectRoutes(to routes: some RouterMethods<GatewayRequestContext>, service: ConnectService) throws {
    try ConnectRoutes(service).add(to: routes)
}
