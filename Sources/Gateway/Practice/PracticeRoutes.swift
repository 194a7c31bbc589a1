internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Tenancy

/// The practice's own page as HTTP: a session's cookie, pages, and forms that only this service's own pages can send.
struct PracticeRoutes: Sendable {
    static let path = "/practice"
    static let reconnectPath = "/practice/reconnect"
    static let switchPath = "/practice/switch-flow"
    static let disconnectPath = "/practice/disconnect"

    private let service: PracticeService
    private let cookie: BrowserCookie
    private let origin: FormOrigin
    private let pages: PageRenderer
    private let faults: FaultResponder

    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ service: PracticeService, connect: ConnectService) throws {
        self.service = service
        cookie = .practice(isSecure: connect.isSecure)
        origin = FormOrigin(publicURL: connect.publicURL)
        pages = try PageRenderer([PracticePage.self, DisconnectPage.self, SignedOutPage.self, FaultPage.self])
        faults = FaultResponder(pages: pages, logger: connect.logger)
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("practice", use: show)
        routes.get("practice/disconnect", use: ask)
        routes.post("practice/reconnect", use: reconnect)
        routes.post("practice/switch-flow", use: switchFlow)
        routes.post("practice/disconnect", use: disconnect)
        routes.post("practice/sign-out", use: signOut)
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            pages.response(try await service.page(visit), status: .ok, headers: PageRenderer.sessionHeaders)
        }
    }

    @Sendable private func ask(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            guard let page = try await service.disconnectPage(visit) else { return redirect(to: Self.path) }
            return pages.response(page, status: .ok, headers: PageRenderer.sessionHeaders)
        }
    }

    @Sendable private func reconnect(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            _ = try await form(request, context, visit)
            return redirect(to: try await service.reconnect(visit, by: visit.author(requestID: context.requestID)))
        }
    }

    @Sendable private func switchFlow(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            let form = try await form(request, context, visit)
            let next = try await service.switchFlow(
                visit, to: form.flow ?? "", by: visit.author(requestID: context.requestID))
            return redirect(to: next ?? Self.path)
        }
    }

    @Sendable private func disconnect(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            let form = try await form(request, context, visit)
            try await service.disconnect(
                visit, connection: form.connection ?? "", by: visit.author(requestID: context.requestID))
            return redirect(to: Self.path)
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        await answer(request) { visit in
            _ = try await form(request, context, visit)
            try await service.signOut(visit, by: visit.author(requestID: context.requestID))
            var response = pages.response(SignedOutPage(language: visit.language), status: .ok)
            cookie.clear(in: &response)
            return response
        }
    }

    private struct Form: Decodable {
        var csrf: String?
        var flow: String?
        var connection: String?
    }

    /// A form that one of the session's own pages has sent.
    private func form(
        _ request: Request, _ context: GatewayRequestContext, _ visit: PracticeVisit
    ) async throws -> Form {
        guard origin.accepts(request.headers),
            let form = try? await request.form(Form.self),
            visit.session.accepts(formToken: form.csrf ?? "")
        else { throw ConnectFault.formForeign }
        return form
    }

    private func redirect(to path: String) -> Response {
        var response = Response(status: .seeOther, headers: PageRenderer.sessionHeaders)
        response.headers[.location] = path
        return response
    }

    /// Lets whoever has a session do something; every fault becomes a page.
    private func answer(_ request: Request, _ body: (PracticeVisit) async throws -> Response) async -> Response {
        let accepted = request.headers[.acceptLanguage]
        let secret = cookie.value(in: request)
        let visit: PracticeVisit
        do {
            visit = try await service.visit(secret, accepted: accepted)
        } catch {
            var response = faults.response(to: error, in: PageLanguage(accepted: accepted))
            if secret != nil, error as? ConnectFault == .sessionOver { cookie.clear(in: &response) }
            return response
        }
        do {
            return try await body(visit)
        } catch {
            return faults.response(to: error, in: visit.language, path: Self.path)
        }
    }
}

/// Adds the practice's own page.
/// - Parameter switches: what is switched on for a tenant.
/// - Throws: the parser's error for a template that is no Mustache.
func addPracticeRoutes(
    to routes: some RouterMethods<GatewayRequestContext>, connect: ConnectService, disconnect: DisconnectService,
    switches: @escaping @Sendable (TenantID) -> Switches
) throws {
    let service = PracticeService(connect: connect, disconnect: disconnect, switches: switches)
    try PracticeRoutes(service, connect: connect).add(to: routes)
}
