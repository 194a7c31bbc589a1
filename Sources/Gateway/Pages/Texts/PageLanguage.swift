internal import Foundation

/// A language that the pages speak.
enum PageLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case german = "de"

    /// - Parameter locale: BCP 47; `nil` for a language that the pages do not speak.
    init?(locale: some StringProtocol) {
        let primary = locale.prefix { $0 != "-" && $0 != "_" }.lowercased()
        self.init(rawValue: primary)
    }

    /// The practice's own language, else the browser's, else English.
    /// - Parameters:
    ///   - locale: of the practice; `nil` where it is not known.
    ///   - accepted: `Accept-Language`.
    init(locale: String?, accepted: String?) {
        self = locale.flatMap { PageLanguage(locale: $0) } ?? PageLanguage(accepted: accepted)
    }

    /// The best of `Accept-Language` (RFC 9110, 12.5.4); of several that are wanted alike the first. English where none is
    /// spoken.
    init(accepted: String?) {
        var best: (language: PageLanguage, weight: Double)?
        for part in (accepted ?? "").split(separator: ",") {
            let fields = part.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let tag = fields.first, let language = PageLanguage(locale: tag) else { continue }
            let quality = fields.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            let weight = quality.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .english
    }
}
