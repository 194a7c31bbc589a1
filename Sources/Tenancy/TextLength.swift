/// How long a text that people write may be.
public enum TextLength {
    /// Whether a text has more than so many characters, or more bytes than four for each: a character may be made of any
    /// number of marks, and all of them are stored and sent.
    public static func exceeds(_ limit: Int, in text: String) -> Bool {
        text.utf8.count > 4 * limit || text.count > limit
    }
}
