internal import Foundation

/// A text of the pages, in every language that they speak. Keys and texts stand apart: an extension holds the texts of one
/// language, and the compiler sees to it that none is missing.
///
/// A template names a key as `[[key]]`; a text may hold `{{names}}` of what the page shows.
protocol PageText: RawRepresentable<String>, CaseIterable, Sendable {
    var english: String { get }
    var german: String { get }
}

extension PageText {
    /// - Parameters:
    ///   - language: of the page.
    ///   - values: take the place of `{{names}}`. What they hold is plain text, and is escaped where it is shown.
    func text(in language: PageLanguage, _ values: [String: String] = [:]) -> String {
        let text =
            switch language {
            case .english: english
            case .german: german
            }
        return values.isEmpty ? text : Self.fill(text, values)
    }

    /// In one go: what a value holds is not looked at again.
    private static func fill(_ text: String, _ values: [String: String]) -> String {
        text.replacing(/\{\{([a-z_]+)\}\}/) { values[String($0.1)] ?? String($0.0) }
    }
}

/// All keys, for templates.
enum PageTexts {
    /// Every text of a language by its key.
    static func all(in language: PageLanguage) -> [String: String] {
        collect(FrameText.self, language).merging(collect(ConnectText.self, language)) { $1 }
            .merging(collect(PracticeText.self, language)) { $1 }
    }

    private static func collect<Key: PageText>(_: Key.Type, _ language: PageLanguage) -> [String: String] {
        Dictionary(uniqueKeysWithValues: Key.allCases.map { ($0.rawValue, $0.text(in: language)) })
    }

    /// A template in one language: keys become texts, which are escaped, and partials those of the language.
    /// - Throws: ``UnknownPageText`` for a key that there is not.
    static func translate(_ template: String, to language: PageLanguage) throws -> String {
        let texts = all(in: language)
        return try template.replacing(/\[\[([a-z._]+)\]\]/) { match in
            guard let text = texts[String(match.1)] else { throw UnknownPageText(key: String(match.1)) }
            return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }.replacing(/\{\{>([a-z]+)\}\}/) { "{{>\($0.1).\(language.rawValue)}}" }
    }
}

/// A template names a text that there is not.
struct UnknownPageText: Error, Equatable {
    var key: String
}
