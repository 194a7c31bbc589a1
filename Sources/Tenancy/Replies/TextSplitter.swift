/// Cuts a text into messages that Meta takes: between paragraphs, else lines, else words, else characters.
public struct TextSplitter: Sendable {
    /// How long one message may be.
    public enum Limit: Sendable, Hashable {
        /// Bytes of UTF-8 (Instagram: 1000; Meta, "Send messages").
        case utf8Bytes(Int)
        /// Characters (Messenger: 2000). Meta does not say what it counts; UTF-16 units are at least as many as scalars
        /// or what a reader calls characters, so a part within the limit by this count is within it by any.
        case characters(Int)

        /// The longest scalar takes four bytes, or two units: below that nothing could be sent.
        fileprivate var units: Int {
            switch self {
            case .utf8Bytes(let count): max(count, 4)
            case .characters(let count): max(count, 2)
            }
        }

        fileprivate func units(of character: Character) -> Int {
            switch self {
            case .utf8Bytes: character.utf8.count
            case .characters: character.utf16.count
            }
        }

        fileprivate func units(of scalar: Unicode.Scalar) -> Int {
            switch self {
            case .utf8Bytes: UTF8.width(scalar)
            case .characters: UTF16.width(scalar)
            }
        }
    }

    private let limit: Limit

    /// - Parameter limit: of one part.
    public init(_ limit: Limit) {
        self.limit = limit
    }

    /// - Returns: the parts in order, none empty, without white space at their ends; a text of white space has none.
    public func split(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = pieces(of: text)[...]
        while true {
            rest = Self.trimmed(rest)
            guard !rest.isEmpty else { return parts }
            let end = cut(in: rest)
            parts.append(Self.trimmed(rest[..<end]).map(\.text).joined())
            rest = rest[end...]
        }
    }

    /// A character, or a scalar of one that is longer than a whole part.
    private struct Piece {
        let text: String
        let units: Int
        let isSpace: Bool
        let isNewline: Bool
    }

    private func pieces(of text: String) -> [Piece] {
        text.flatMap { character -> [Piece] in
            let units = limit.units(of: character)
            // A blank with a combining mark is a character that starts with white space and still says something.
            let isSpace = character.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            if units <= limit.units {
                return [
                    Piece(text: String(character), units: units, isSpace: isSpace, isNewline: character.isNewline)
                ]
            }
            return character.unicodeScalars.map { scalar in
                Piece(
                    text: String(scalar), units: limit.units(of: scalar), isSpace: scalar.properties.isWhitespace,
                    isNewline: false)
            }
        }
    }

    /// Where the first part of the rest ends.
    private func cut(in rest: ArraySlice<Piece>) -> Int {
        var used = 0
        var end = rest.startIndex
        while end < rest.endIndex, used + rest[end].units <= limit.units {
            used += rest[end].units
            end += 1
        }
        guard end < rest.endIndex else { return end }
        // A paragraph or line border near the start would leave a tiny part and a later one as full as before.
        let half = rest.startIndex + (end - rest.startIndex) / 2
        let candidates = rest.startIndex + 1...end
        let isParagraph = { (index: Int) in rest[index].isNewline && rest[index - 1].isNewline }
        return candidates.last { $0 >= half && isParagraph($0) }
            ?? candidates.last { $0 >= half && rest[$0].isNewline }
            ?? candidates.last { rest[$0].isSpace }
            ?? end
    }

    private static func trimmed(_ pieces: ArraySlice<Piece>) -> ArraySlice<Piece> {
        let start = pieces.drop(while: \.isSpace)
        let end = start.lastIndex { !$0.isSpace }.map { $0 + 1 } ?? start.startIndex
        return start[..<end]
    }
}
