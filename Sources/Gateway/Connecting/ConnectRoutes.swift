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

    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ service: ConnectService) throws {
        self.service = service
        pages = try PageRenderer([ConnectPage.self, AccountsPage.self, DonePage.self, FaultPage.self])
    }

    func add(to routes: some RouterMethods) {
        routes.get("connect/:token") { request, context in
            await answer {
                let page = try await service.page(context.parameters.require("token"))
                return pages.response(page, status: .ok)
            }
        }
        routes.get("connect/:token/authorize") { request, context in
            await answer {
                let begun = try await service.authorize(
                    context.parameters.require("token"), browser: browser(request), requestID: requestID(context))
                return redirect(.found, to: begun.url, keeping: begun.browser)
            }
        }
        routes.get("connect/:token/accounts") { request, context in
            await answer {
                let page = try await service.accountsPage(
                    context.parameters.require("token"), browser: browser(request))
                return pages.response(page, status: .ok)
            }
        }
        routes.post("connect/:token/accounts") { request, context in
            await answer {
                let token = try context.parameters.require("token")
                let form = try? await URLEncodedFormDecoder().decode(Form.self, from: request, context: context)
                guard let form else { throw ConnectFailure(fault: .formForeign, path: ConnectService.path(token)) }
                let next = try await service.choose(
                    form.account ?? "", csrf: form.csrf ?? "", token: token, browser: browser(request),
                    requestID: requestID(context))
                return redirect(.seeOther, to: next)
            }
        }
        routes.get("connect/:token/done") { request, context in
            await answer {
                let token = try context.parameters.require("token")
                guard let page = try await service.donePage(token) else {
                    return redirect(.seeOther, to: ConnectService.path(token))
                }
                return pages.response(page, status: .ok)
            }
        }
        for flow in IntegrationRegistry.known { addCallback(of: Flow(rawValue: flow.name), to: routes) }
        routes.get(RouterPath(Stylesheet.path)) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: Stylesheet.text)))
        }
    }

    private func addCallback(of flow: Flow, to routes: some RouterMethods) {
        routes.get(RouterPath("oauth/\(flow.rawValue)/callback")) { request, context in
            await answer {
                let query = request.uri.queryParameters
                let callback = ConnectService.Callback(
                    flow: flow, state: query.get("state"), code: query.get("code"), error: query.get("error"),
                    requestID: requestID(context))
                return redirect(.seeOther, to: try await service.finish(callback, browser: browser(request)))
            }
        }
    }

    private struct Form: Decodable {
        var account: String?
        var csrf: String?
    }

    private var cookieName: String { service.isSecure ? "__Host-clariva_connect" : "clariva_connect" }

    private func browser(_ request: Request) -> BrowserSecret? {
        request.cookies[cookieName].flatMap { BrowserSecret($0.value) }
    }

    private func requestID(_ context: some RequestContext) -> String? {
        context.logger[metadataKey: "hb.request.id"].map { "\($0)" }
    }

    private func redirect(
        _ status: HTTPTypes.HTTPResponse.Status, to location: String, keeping browser: BrowserSecret? = nil
    ) -> Response {
        var response = Response(status: status, headers: PageRenderer.headers)
        response.headers[.location] = location
        if let browser {
            response.setCookie(
                Cookie(
                    name: cookieName, value: browser.text, maxAge: BrowserSecret.lifetime, path: "/",
                    secure: service.isSecure, httpOnly: true, sameSite: .lax))
        }
        return response
    }

    /// Every fault becomes a page; an error of ours is logged by its type alone.
    private func answer(_ body: () async throws -> Response) async -> Response {
        let failure: ConnectFailure
        do {
            return try await body()
        } catch let known as ConnectFailure {
            failure = known
        } catch let fault as ConnectFault {
            failure = ConnectFailure(fault: fault)
        } catch {
            service.logger.error("connect failed", metadata: ["error": "\(LoggableError.describe(error))"])
            failure = ConnectFailure(fault: .unavailable)
        }
        var metadata: Logger.Metadata = ["fault": "\(failure.fault.word)"]
        if case .meta(let error) = failure.fault { metadata["error"] = "\(error.description)" }
        service.logger.info("connect refused", metadata: metadata)
        return pages.response(failure.fault.page(path: failure.path), status: failure.fault.status)
    }
}

/// Adds the doctor's pages, the callbacks of every flow and the stylesheet.
/// - Throws: the parser's error for a template that is no Mustache.
func addConnectRoutes(to routes: some RouterMethods, service: ConnectService) throws {
    try ConnectRoutes(service).add(to: routes)
}
