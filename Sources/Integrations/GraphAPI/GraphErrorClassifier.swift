/// Turns an answer of the Graph API into a ``GraphError``, by status, code and subcode and never by the text.
///
/// Source: Meta, "Error Codes" of the Messenger Platform and "Handle Errors" of the Graph API.
public enum GraphErrorClassifier {
    /// Reads an answer.
    /// - Returns: `nil` where the answer is no failure: a 2xx status without an `error` member.
    public static func failure(status: Int, body: JSONValue?, usage: UsageHeaders = UsageHeaders()) -> GraphFailure? {
        let report = body.flatMap(Report.init)
        guard report != nil || !(200...299).contains(status) else { return nil }
        let code = report?.code
        let subcode = report?.subcode
        let kind = kind(status: status, report: report)
        let error = GraphError(
            kind, status: status, code: code, subcode: subcode,
            retryAfter: kind == .throttled ? usage.wait : usage.retryAfter)
        return GraphFailure(
            error, isCertainlyNotApplied: isRefusal(status: status, hasReport: report != nil, code: code))
    }

    /// A refusal: Meta says that it did not do it. Codes 1 and 2 and 408 say only that something went wrong. A 2xx with
    /// an `error` body counts like a 4xx.
    private static func isRefusal(status: Int, hasReport: Bool, code: Int?) -> Bool {
        guard code != 1, code != 2 else { return false }
        return switch status {
        case 200...299: hasReport
        case 408: false
        case 400...499: true
        default: false
        }
    }

    private static func kind(status: Int, report: Report?) -> GraphError.Kind {
        guard let report else {
            return switch status {
            case 429: .throttled
            case 408, 500...: .transient
            default: .malformed
            }
        }
        if status == 429 || report.code.map(throttling.contains) == true { return .throttled }
        if status >= 500 || status == 408 || report.isTransient || report.code == 1 || report.code == 2 {
            return .transient
        }
        return known(code: report.code, subcode: report.subcode) ?? .unsupported
    }

    private static let throttling: Set<Int> = [4, 17, 32, 341, 613, 80001, 80002, 80006]

    /// The pair first: 10, 100 and 200 mean quite different things by their subcodes.
    private static func known(code: Int?, subcode: Int?) -> GraphError.Kind? {
        switch (code, subcode) {
        case (10, 2_534_022), (10, 2_018_278), (10, 2_018_065): .windowClosed
        case (551, _), (200, 1_545_041), (10, 2_018_108), (100, 2_534_029): .recipientUnreachable
        case (100, 2_534_014), (100, 2_018_001), (100, 2_534_013), (100, 33): .wrongRecipient
        case (100, 2_534_037), (_, 2_018_300), (_, 2_018_321), (2_018_300, _), (2_018_321, _): .notThreadOwner
        case (100, 2_534_015), (100, 2_018_014), (36000, _): .content
        // Private replies to comments: nothing to repeat and nothing to repair.
        case (100, 2_534_025), (10900, _), (10903, _): .content
        case (9_000_001, _), (_, 9_000_001): .gone
        case (190, _), (102, _): .tokenDead
        case (368, _), (36103, _): .policy
        case (3, _), (10, _), (.some(200...299), _): .permission
        default: nil
        }
    }

    /// What an error body says. Instagram's code exchange answers in a shape of its own, without an `error` member.
    private struct Report {
        var code: Int?
        var subcode: Int?
        var isTransient: Bool

        init?(_ body: JSONValue) {
            if let error = body["error"], !error.isNull {
                code = error["code"]?.looseInteger.flatMap { Int(exactly: $0) }
                subcode = error["error_subcode"]?.looseInteger.flatMap { Int(exactly: $0) }
                isTransient = error["is_transient"]?.bool ?? false
            } else if body["error_type"] != nil || body["error_message"] != nil {
                code = body["code"]?.looseInteger.flatMap { Int(exactly: $0) }
                subcode = nil
                isTransient = false
            } else {
                return nil
            }
        }
    }
}
