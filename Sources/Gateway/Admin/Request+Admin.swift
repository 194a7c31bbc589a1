internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Storage
internal import Tenancy

extension GatewayRequestContext {
    /// Whose key it is.
    /// - Throws: ``Problem`` 401 on a route without ``APIAuthentication``.
    func caller() throws -> APIIdentity {
        guard let identity else { throw Problem(.unauthorized) }
        return identity
    }

    /// Who asks, for the audit log.
    func author() throws -> AuditAuthor { AuditAuthor(try caller().actor, requestID: requestID) }

    /// An id in the path. One that is no UUID names nothing.
    func id<Entity>(_ name: String, _ thing: String, of: Entity.Type = Entity.self) throws -> TypedID<Entity> {
        guard let text = parameters.get(name), let id = TypedID<Entity>(text) else { throw Problem.notFound(thing) }
        return id
    }

    /// The tenant in the path, which the caller must see: another's is answered like one that does not exist.
    func tenantID() throws -> TenantID {
        let id: TenantID = try id("tenant_id", "tenant")
        guard try caller().sees(id) else { throw Problem.notFound("tenant") }
        return id
    }

    /// Lets only administrators' keys pass.
    func requireAdmin() throws {
        guard try caller().scope == .admin else { throw Problem(.forbidden, "This needs a key of the scope admin.") }
    }
}

extension Request {
    /// The body as JSON.
    /// - Throws: ``Problem``: 422 with every field that is missing or of the wrong type, another one for a body that is too
    ///   large or no JSON.
    func json<Body: Decodable>(_ type: Body.Type = Body.self) async throws -> Body {
        let body = try await body.collect(upTo: BodyLimit.ordinary)
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            let faults = FieldSurvey<Body>.faults(in: Array(body.readableBytesView))
            guard faults.isEmpty else { throw Problem.invalid(faults) }
            throw Problem(known: error) ?? Problem(.badRequest)
        }
    }

    /// The same where an empty body stands for an empty object.
    func optionalJSON<Body: Decodable>(_ type: Body.Type = Body.self) async throws -> Body {
        var copy = self
        let body = try await copy.collectBody(upTo: BodyLimit.ordinary)
        if body.readableBytes == 0 { copy.body = RequestBody(buffer: ByteBuffer(string: "{}")) }
        return try await copy.json(type)
    }

    /// The revision that `If-Match` names; `nil` without the header or with `*`.
    func expectedRevision() throws -> Int64? {
        guard let header = headers[.ifMatch]?.trimmingCharacters(in: .whitespaces), header != "*" else { return nil }
        guard header.hasPrefix("\""), header.hasSuffix("\""), let revision = Int64(header.dropFirst().dropLast()) else {
            throw Problem(.preconditionFailed, "If-Match must hold one ETag as it was given.")
        }
        return revision
    }

    /// A query parameter's decoded value; empty counts as missing.
    func parameter(_ name: Substring) -> String? {
        uri.queryParameters[name].flatMap { $0.isEmpty ? nil : String($0) }
    }
}
