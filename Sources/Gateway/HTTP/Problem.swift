internal import Foundation
public import HTTPTypes
public import Hummingbird
internal import NIOCore
public import Tenancy

/// An error answer as RFC 9457 describes it. Throw it from any route.
public struct Problem: HTTPResponseError, Sendable {
    /// 4xx or 5xx.
    public var status: HTTPTypes.HTTPResponse.Status
    /// For people; never a secret, a token, a text or a patient's id.
    public var detail: String?
    /// What is wrong with the input.
    public var errors: [FieldError]
    /// Further headers of the answer.
    public var headers: HTTPFields

    /// - Parameters:
    ///   - status: 4xx or 5xx.
    ///   - detail: one sentence.
    ///   - errors: the faulty fields.
    ///   - headers: such as `Retry-After`.
    public init(
        _ status: HTTPTypes.HTTPResponse.Status, _ detail: String? = nil, errors: [FieldError] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// 422 with the faulty fields.
    public static func invalid(_ errors: [FieldError]) -> Problem {
        Problem(.unprocessableContent, "The request has \(errors.count == 1 ? "a fault" : "faults").", errors: errors)
    }

    /// 422 with one faulty field.
    public static func invalid(_ field: String, _ message: String) -> Problem {
        invalid([FieldError(field: field, message: message)])
    }

    /// 404; also for what belongs to another tenant.
    public static func notFound(_ thing: String) -> Problem { Problem(.notFound, "There is no such \(thing).") }

    /// The answer itself.
    public var response: Response {
        let (headers, body) = content
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The answer's header and body.
    var content: (headers: HTTPFields, body: [UInt8]) {
        let document = Document(
            type: "about:blank", title: status.reasonPhrase, status: status.code, detail: detail,
            errors: errors.isEmpty ? nil : errors)
        // Strings and numbers always encode; an answer without a body is still the right status.
        let body = (try? APIJSON.encoder.encode(document)).map { [UInt8]($0) } ?? []
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        headers[.contentLength] = "\(body.count)"
        return (headers, body)
    }

    /// What Hummingbird's router asks for.
    public func response(from request: Request, context: some RequestContext) throws -> Response { response }

    private struct Document: Encodable {
        var type: String
        var title: String
        var status: Int
        var detail: String?
        var errors: [FieldError]?
    }
}
