internal import Storage

extension SQLRow.Columns {
    /// A moment.
    mutating func time() throws(StorageError) -> Timestamp { Timestamp(milliseconds: try integer()) }

    /// A moment, or none.
    mutating func optionalTime() throws(StorageError) -> Timestamp? {
        try optionalInteger().map(Timestamp.init(milliseconds:))
    }

    /// One of a closed set of words.
    /// - Throws: ``StorageError/Kind/schema`` for a word that this program does not know.
    mutating func word<Word: RawRepresentable>() throws(StorageError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text()) else {
            throw StorageError(.schema, "unknown word for \(Word.self)")
        }
        return word
    }

    /// One of a closed set of words, or none.
    mutating func optionalWord<Word: RawRepresentable>() throws(StorageError) -> Word? where Word.RawValue == String {
        guard let text = try optionalText() else { return nil }
        guard let word = Word(rawValue: text) else { throw StorageError(.schema, "unknown word for \(Word.self)") }
        return word
    }
}

extension SQLValue {
    /// A moment, or none.
    static func time(_ value: Timestamp?) -> SQLValue { .integer(value?.milliseconds) }
}
