internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1
internal import Storage
internal import Tenancy

extension Problem {
    /// The problem that an error is, where it is the caller's doing or known to pass; `nil` for what is our own fault.
    init?(known error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as HTTPError: self.init(error.status, error.body)
        case let error as DecodingError: self = Problem.undecodable(error)
        // Nothing of ours speaks through NIO but this server: what it meets while it reads is the client's doing.
        case is HTTPParserError, is IOError, is ChannelError:
            self.init(.badRequest, "The request ended early, or it cannot be read as HTTP.")
        case is NIOTooManyBytesError: self.init(.contentTooLarge, "The body is too large.")
        case TenantError.notFound, KeyError.noTenant: self = .notFound("tenant")
        case TenantError.changed: self.init(.preconditionFailed, "The tenant has changed since it was read.")
        case let error as StorageError where error.kind == .unavailable || error.kind == .busy:
            self.init(.serviceUnavailable, "The database cannot be reached.", headers: [.retryAfter: "5"])
        // Fields are looked at before anything is stored; what slips through is still the request's doing.
        case let error as StorageError where error.kind == .data:
            self.init(.unprocessableContent, "The request holds a value that cannot be stored.")
        case let error as StorageError where error.kind == .constraint:
            self.init(.conflict, "What is stored does not allow the change.")
        default: return nil
        }
    }

    /// A body that is no JSON is 400, JSON of another shape 422 with the field.
    private static func undecodable(_ error: DecodingError) -> Problem {
        let fault = DecodingFault(error)
        guard !fault.path.isEmpty else {
            return Problem(.badRequest, "The body is not the JSON object that is expected.")
        }
        return .invalid(fault.field, fault.message)
    }
}
