internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import Logging
internal import NIOCore

/// Meta's callbacks about persons as HTTP, and the page that tells a person what became of a deletion.
struct CallbackRoutes: Sendable {
    private let service: CallbackService
    private let pages: PageRenderer
    private let logger: Logger

    /// - Throws: the parser's error for a template that is no Mustache.
    init(_ service: CallbackService, logger: Logger) throws {
        self.service = service
        self.logger = logger
        pages = try PageRenderer([DeletionStatusPage.self, FaultPage.self])
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.post("meta/deauthorize", use: deauthorize)
        routes.post("meta/data-deletion", use: deleteData)
        routes.get("meta/data-deletion/:code", use: status)
    }

    @Sendable private func deauthorize(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let signed = try await signedRequest(request)
        try await heed { try await service.deauthorize(signed, requestID: context.requestID) }
        return Response(status: .ok, headers: [.cacheControl: "no-store", .contentLength: "0"])
    }

    @Sendable private func deleteData(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let signed = try await signedRequest(request)
        var response = try APIJSON.response(
            try await heed { try await service.deleteData(signed, requestID: context.requestID) })
        response.headers[.cacheControl] = "no-store"
        return response
    }

    @Sendable private func status(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let language = PageLanguage(accepted: request.headers[.acceptLanguage])
        if let page = try await service.statusPage(context.parameters.require("code"), in: language) {
            return pages.response(page, status: .ok)
        }
        return pages.response(DeletionStatusPage.unknownCode(in: language), status: .notFound)
    }

    private struct Form: Decodable {
        var signedRequest: String

        enum CodingKeys: String, CodingKey {
            case signedRequest = "signed_request"
        }
    }

    private func signedRequest(_ request: Request) async throws -> String {
        do {
            return try await request.form(Form.self).signedRequest
        } catch let error where error is NIOTooManyBytesError || error is CancellationError {
            throw error
        } catch {
            throw Problem(.badRequest, "The form needs one field signed_request.")
        }
    }

    /// Who cannot sign is told so, and nothing else.
    private func heed<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SignedRequestError {
            logger.info("callback refused", metadata: ["error": "\(error)"])
            switch error {
            case .signature, .algorithm: throw Problem(.unauthorized, "The signature is not Meta's.")
            case .malformed, .userMissing: throw Problem(.badRequest, "The signed_request cannot be read.")
            }
        }
    }
}

/// Adds Meta's callbacks about persons.
/// - Throws: the parser's error for a template that is no Mustache.
func addCallbackRoutes(to routes: some RouterMethods<GatewayRequestContext>, service: CallbackService, logger: Logger)
    throws
{
    try CallbackRoutes(service, logger: logger).add(to: routes)
}
