/// Control characters in what people and programs send: nobody means them, logs and pages must not carry them, and
/// PostgreSQL stores no U+0000.
public enum ControlCharacters {
    /// - Parameters:
    ///   - text: as it came.
    ///   - multiline: line breaks and tabs are part of a longer text.
    /// - Returns: whether there are any (Unicode's category Cc).
    public static func are(in text: some StringProtocol, multiline: Bool = false) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar.properties.generalCategory == .control
                && !(multiline && (scalar == "\n" || scalar == "\t" || scalar == "\r"))
        }
    }
}
