internal import Foundation
internal import HTTPTypes

/// Whether a form comes from a page of this service: a second look beside the form's token.
///
/// `Sec-Fetch-Site` (W3C Fetch Metadata) is set by the browser and cannot be set by a page, so that it decides where it is
/// sent. Browsers leave it out over plain http but for localhost, and programs do not send it; then `Origin` decides, and
/// where that is missing as well, the token does alone. Pages with forms need the referrer policy `same-origin`: under
/// `no-referrer` browsers send `Origin: null`.
struct FormOrigin: Sendable {
    private let origin: String

    /// - Parameter publicURL: as browsers see the service, without a slash at its end.
    init(publicURL: String) {
        let start = publicURL.range(of: "://").map(\.upperBound) ?? publicURL.startIndex
        origin = publicURL[..<(publicURL[start...].firstIndex(of: "/") ?? publicURL.endIndex)].lowercased()
    }

    /// Whether nothing speaks against the form.
    func accepts(_ headers: HTTPFields) -> Bool {
        if let site = headers[.secFetchSite] { return site == "same-origin" }
        guard let sent = headers[.origin] else { return true }
        return sent.lowercased() == origin
    }
}

extension HTTPField.Name {
    /// Where a request comes from, as the browser says (W3C Fetch Metadata).
    static let secFetchSite = Self("Sec-Fetch-Site") ?? .referer
}
