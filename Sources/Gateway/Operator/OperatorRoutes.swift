internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Storage
internal import Tenancy

/// The operator's page as HTTP: pages, forms, the cookie.
struct OperatorRoutes: Sendable {
    private let service: OperatorService
    private let pages: OperatorRenderer

    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ service: OperatorService) throws {
        self.service = service
        pages = try OperatorRenderer()
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("admin/sign-in", use: signInPage)
        routes.post("admin/sign-in", use: signIn)
        routes.post("admin/sign-out", use: signOut)
        routes.get("admin", use: overview)
        routes.get("admin/tenants", use: tenants)
        routes.get("admin/events", use: events)
        routes.post("admin/events/:id/replay", use: replay)
        routes.get("admin/replies", use: replies)
        routes.post("admin/tenants/:tenant_id/replies/:id/retry", use: retry)
        routes.post("admin/tenants/:tenant_id/replies/:id/cancel", use: cancel)
        routes.get("admin/switches", use: switches)
        routes.post("admin/switches", use: switchSending)
        routes.get(RouterPath(OperatorStylesheet.path)) { _, _ in Stylesheet.response(OperatorStylesheet.text) }
    }

    // MARK: Signing in and out

    @Sendable private func signInPage(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        if try await person(request) != nil { return redirect("/admin") }
        return pages.response(SignInPage(fault: nil), nil)
    }

    @Sendable private func signIn(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        guard door(request).origin.accepts(request.headers) else { return foreignForm }
        let form: SignInForm
        do {
            form = try await request.form(SignInForm.self)
        } catch {
            return pages.response(SignInPage(fault: .unreadable), nil, status: .badRequest)
        }
        let address = ClientAddress(peer: context.peer, forwarded: request.headers[.xForwardedFor])
        do {
            let key = (form.key ?? "").filter { !$0.isWhitespace }
            guard let cookie = try await service.signIn(key, from: address, requestID: context.requestID) else {
                return pages.response(SignInPage(fault: .refused), nil, status: .forbidden)
            }
            var response = redirect("/admin")
            door(request).cookie.set(cookie, seconds: Session.Kind.operator.longestSeconds, in: &response)
            return response
        } catch let problem as Problem where problem.status == .tooManyRequests {
            var response = pages.response(SignInPage(fault: .tooOften), nil, status: .tooManyRequests)
            response.headers[.retryAfter] = problem.headers[.retryAfter]
            return response
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await change(request, context, Form.self) { person, _, _ in
            try await service.signOut(person, requestID: context.requestID)
            var response = redirect("/admin/sign-in")
            door(request).cookie.clear(in: &response)
            return response
        }
    }

    // MARK: Pages

    @Sendable private func overview(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await show(request) { try await service.overview() }
    }

    @Sendable private func tenants(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let beginning = typed("name", in: request)
        var validation = InputValidation()
        validation.filter("name", beginning)
        try validation.finish()
        let cursor = try cursor(in: request)
        return try await show(request) { try await service.tenants(named: beginning, after: cursor) }
    }

    @Sendable private func events(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let state: Event.State = request.parameter("state") == "failed" ? .failed : .parked
        let reason = request.parameter("reason").flatMap(Event.Reason.init(rawValue:))
        let cursor = try cursor(in: request)
        return try await show(request) {
            try await service.events(state, reason.flatMap { $0.state == state ? $0 : nil }, before: cursor)
        }
    }

    @Sendable private func replies(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let state = RepliesPage.state(request.parameter("state"))
        let cursor = try cursor(in: request)
        return try await show(request) { try await service.replies(state, before: cursor) }
    }

    @Sendable private func switches(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await show(request) { try await service.switches() }
    }

    // MARK: Changes

    @Sendable private func replay(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await change(request, context, ListForm.self) { _, form, author in
            guard let id: EventID = try? context.id("id", "event"),
                let isReplayed = try await service.replay(id, by: author)
            else { return missing("event") }
            let state: Event.State = form.state == "failed" ? .failed : .parked
            return redirect("/admin/events?state=\(state.rawValue)", isReplayed ? .replayed : .notReplayed)
        }
    }

    @Sendable private func retry(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await change(request, context, ListForm.self) { _, form, author in
            guard let (tenant, reply) = try await named(context) else { return missing("reply") }
            let state = RepliesPage.state(form.state)
            // One whose outcome was never known may have gone out: whoever sends it again has looked.
            var isRetried = false
            if !RepliesPage.mayHaveGoneOut(reply.state, reply.reason) || form.vouched == "yes" {
                isRetried = try await service.commands.retry(reply: reply.id, tenant: tenant, by: author, claim: nil)
            }
            return redirect("/admin/replies?state=\(state.rawValue)", isRetried ? .retried : .notRetried)
        }
    }

    @Sendable private func cancel(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await change(request, context, ListForm.self) { _, form, author in
            guard let (tenant, reply) = try await named(context) else { return missing("reply") }
            let state = RepliesPage.state(form.state)
            let isCancelled = try await service.commands.cancel(reply: reply.id, tenant: tenant, by: author, claim: nil)
            return redirect("/admin/replies?state=\(state.rawValue)", isCancelled ? .cancelled : .notCancelled)
        }
    }

    @Sendable private func switchSending(_ request: Request, _ context: GatewayRequestContext) async throws -> Response
    {
        try await change(request, context, SwitchForm.self) { _, form, author in
            guard let revision = form.revision.flatMap(Int64.init), let wanted = form.sending,
                ["on", "off"].contains(wanted)
            else { return unreadable }
            do {
                try await service.switchSending(wanted == "on", revision: revision, by: author)
            } catch TenantError.changed {
                return pages.response(OperatorFaultPage.switchedMeanwhile, nil, status: .conflict)
            }
            return redirect("/admin", wanted == "on" ? .sendingOn : .sendingOff)
        }
    }

    /// The reply of a path, if there is one.
    private func named(_ context: GatewayRequestContext) async throws -> (TenantID, Reply)? {
        guard let tenant: TenantID = try? context.id("tenant_id", "tenant"),
            let reply: ReplyID = try? context.id("id", "reply"),
            try await service.store.tenant(tenant) != nil,
            let found = try await service.store.read(tenant, { try $0.reply(reply) })
        else { return nil }
        return (tenant, found)
    }

    // MARK: Forms

    private struct Form: OperatorForm {
        var csrf: String?
    }

    private struct SignInForm: Decodable {
        var key: String?
    }

    private struct ListForm: OperatorForm {
        var csrf: String?
        var state: String?
        var vouched: String?
    }

    private struct SwitchForm: OperatorForm {
        var csrf: String?
        var sending: String?
        var revision: String?
    }

    // MARK: Who asks

    /// The cookie and the origin that belong to the address that the browser has. Through a tunnel that is one of this
    /// machine by plain http, whatever address the public has: there a cookie for https alone would not be stored.
    private func door(_ request: Request) -> (cookie: BrowserCookie, origin: FormOrigin) {
        let host = request.head.authority ?? ""
        let name = host.prefix { $0 != ":" }
        let isTunnel = ["localhost", "127.0.0.1"].contains(name) || host.hasPrefix("[::1]")
        let isSecure = !isTunnel && service.publicURL.hasPrefix("https:")
        return (
            .operator(isSecure: isSecure), FormOrigin(publicURL: isTunnel ? "http://\(host)" : service.publicURL)
        )
    }

    private func person(_ request: Request) async throws -> SignedInOperator? {
        guard let cookie = door(request).cookie.value(in: request) else { return nil }
        return try await service.find(cookie)
    }

    /// What a form has put into the address: there a plus sign is a space (WHATWG URL, application/x-www-form-urlencoded).
    private func typed(_ name: String, in request: Request) -> String {
        let pairs = (request.uri.query ?? "").split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        guard let pair = pairs.first(where: { $0.count == 2 && $0[0] == name }) else { return "" }
        return String(pair[1]).replacing("+", with: " ").removingPercentEncoding ?? ""
    }

    /// Where a page of a list begins; how long it is, is the service's affair.
    private func cursor(in request: Request) throws -> Identifier? {
        try Pagination(limit: nil, cursor: request.parameter("cursor")).cursor
    }

    /// Shows a page to whoever is signed in; everybody else is asked to sign in.
    private func show<Shown: OperatorPage>(
        _ request: Request, _ page: () async throws -> Shown
    ) async throws -> Response {
        guard let person = try await person(request) else { return redirect("/admin/sign-in") }
        let notice = request.parameter("notice").flatMap(OperatorNotice.init(rawValue:))
        return pages.response(try await page(), person, notice: notice)
    }

    /// Does what a form asks for, if it is one of the session's own.
    private func change<Asked: OperatorForm>(
        _ request: Request, _ context: GatewayRequestContext, _ type: Asked.Type,
        _ body: (SignedInOperator, Asked, AuditAuthor) async throws -> Response
    ) async throws -> Response {
        guard let person = try await person(request) else { return redirect("/admin/sign-in") }
        guard door(request).origin.accepts(request.headers) else { return foreignForm }
        guard let asked = try? await request.form(type) else { return unreadable }
        guard person.session.accepts(formToken: asked.csrf ?? "") else { return foreignForm }
        return try await body(person, asked, AuditAuthor(person.actor, requestID: context.requestID))
    }

    private var foreignForm: Response { pages.response(OperatorFaultPage.foreignForm, nil, status: .forbidden) }
    private var unreadable: Response { pages.response(OperatorFaultPage.unreadable, nil, status: .badRequest) }

    private func missing(_ thing: String) -> Response {
        pages.response(OperatorFaultPage.missing(thing), nil, status: .notFound)
    }

    private func redirect(_ path: String, _ notice: OperatorNotice? = nil) -> Response {
        var response = Response(status: .seeOther, headers: PageRenderer.sessionHeaders)
        let suffix = notice.map { (path.contains("?") ? "&" : "?") + "notice=\($0.rawValue)" }
        response.headers[.location] = path + (suffix ?? "")
        return response
    }
}

/// What every form of the operator's page brings along.
private protocol OperatorForm: Decodable {
    var csrf: String? { get }
}

/// Adds the operator's page.
/// - Throws: the parser's error for a template that is no Mustache.
func addOperatorRoutes(to routes: some RouterMethods<GatewayRequestContext>, service: OperatorService) throws {
    try OperatorRoutes(service).add(to: routes)
}
