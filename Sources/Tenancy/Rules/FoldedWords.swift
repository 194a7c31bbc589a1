internal import Foundation

/// A text as the words that keywords are compared by: folded for case, width and diacritics.
///
/// Letters, digits and the marks that belong to them make words; everything else parts them. In scripts that are written
/// without spaces each character is a word of its own, so that a keyword is found within a sentence; symbols and emoji
/// are words too.
struct FoldedWords: Sendable, Hashable {
    private(set) var words: [String] = []

    /// - Parameter text: anything.
    init(_ text: String) {
        // Upper before lower case makes ß meet SS and both small sigmas meet.
        let folded = text.uppercased().lowercased().decomposedStringWithCompatibilityMapping
        var word = String.UnicodeScalarView()
        var mayGrow = false
        func close() {
            if !word.isEmpty { words.append(String(word)) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in folded.unicodeScalars {
            switch Role(scalar) {
            case .letter:
                if !mayGrow { close() }
                word.append(scalar)
                mayGrow = true
            case .ownWord:
                close()
                word.append(scalar)
                mayGrow = false
            case .mark:
                if !word.isEmpty { word.append(scalar) }
            case .dropped:
                break
            case .border:
                close()
                mayGrow = false
            }
        }
        close()
    }

    /// Whether these words stand next to each other in this text.
    func contains(_ other: FoldedWords) -> Bool {
        let count = other.words.count
        guard count > 0, count <= words.count else { return false }
        return (0...words.count - count).contains { words[$0..<$0 + count].elementsEqual(other.words) }
    }

    private enum Role {
        case letter, ownWord, mark, dropped, border

        init(_ scalar: Unicode.Scalar) {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber:
                self = Self.isUnspaced(scalar.value) ? .ownWord : .letter
            case .nonspacingMark, .spacingMark, .enclosingMark:
                self = Self.isDiacritic(scalar.value) ? .dropped : .mark
            case .otherSymbol, .mathSymbol, .currencySymbol:
                self = .ownWord
            case .format, .modifierSymbol:
                // Joiners, soft hyphens and skin tones change how a word looks and not what it says.
                self = .dropped
            default:
                self = .border
            }
        }

        /// Marks that people leave out: accents, Hebrew points, Arabic vowel signs, and the emoji presentation selector.
        /// The vowel signs of Indic and South-East Asian scripts are not among them: without them words are others.
        private static func isDiacritic(_ value: UInt32) -> Bool {
            switch value {
            case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF: true
            case 0x0591...0x05C7, 0x0610...0x061A, 0x064B...0x065F, 0x0670, 0x06D6...0x06ED: true
            case 0xFE00...0xFE0F, 0xFE20...0xFE2F: true
            default: false
            }
        }

        /// Han, kana, Thai, Lao, Myanmar, Khmer: written without spaces.
        private static func isUnspaced(_ value: UInt32) -> Bool {
            switch value {
            case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF:
                true
            case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
            default: false
            }
        }
    }
}
