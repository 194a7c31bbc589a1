internal import Hummingbird
internal import Integrations
internal import Logging

/// Turns what went wrong into a page; an error of ours is logged by its type alone.
struct FaultResponder: Sendable {
    /// One that knows ``FaultPage``.
    let pages: PageRenderer
    let logger: Logger

    /// - Parameters:
    ///   - error: any; what is no ``ConnectFault`` is our own fault.
    ///   - path: where to begin again, unless the error knows better.
    func response(to error: any Error, in language: PageLanguage, path: String? = nil) -> Response {
        let failure = failure(error, path)
        var metadata: Logger.Metadata = ["fault": "\(failure.fault.word)"]
        if case .meta(let error) = failure.fault { metadata["error"] = "\(error.description)" }
        logger.info("connect refused", metadata: metadata)
        return pages.response(failure.fault.page(path: failure.path, in: language), status: failure.fault.status)
    }

    private func failure(_ error: any Error, _ path: String?) -> ConnectFailure {
        switch error {
        case let known as ConnectFailure: return known
        case let fault as ConnectFault: return ConnectFailure(fault: fault, path: path)
        default:
            logger.error("connect failed", metadata: ["error": "\(LoggableError.describe(error))"])
            return ConnectFailure(fault: .unavailable, path: path)
        }
    }
}
