/// What a patient is named by in a webhook's bytes or a stored answer: scoped ids, the public name, our own ids.
///
/// An event that only opens a chat, follows a link or tells that a message was read names the patient nowhere but in its
/// sealed payload: no digest finds it.
struct PatientTraces: Sendable, Hashable {
    private var numbers: [[UInt8]] = []
    private var texts: [[UInt8]] = []
    private var username: [UInt8]?

    private static let nameKey = Array(#""username""#.utf8)

    /// - Parameters:
    ///   - scopedIDs: IGSIDs and PSIDs; found as whole numbers, in quotation marks or not.
    ///   - username: found as the value of a member `username` alone: people choose their names, and one may be a word of
    ///     anybody's text or a key of every webhook.
    ///   - ownIDs: our ids of the patient and the conversations, in the hyphenated form.
    init(scopedIDs: some Sequence<String>, username: String?, ownIDs: some Sequence<String>) {
        numbers = scopedIDs.filter { !$0.isEmpty }.map { Array($0.utf8) }
        texts = ownIDs.filter { !$0.isEmpty }.map { Array($0.utf8) }
        if let username, !username.isEmpty { self.username = Array("\"\(username)\"".utf8) }
    }

    /// Whether the bytes name the patient.
    func areIn(_ bytes: [UInt8]) -> Bool {
        numbers.contains { Self.holds(bytes, $0, alone: true) } || texts.contains { Self.holds(bytes, $0) }
            || nameIsIn(bytes)
    }

    /// Within a text a quotation mark has a backslash before it, so that no text can look like the member.
    private func nameIsIn(_ bytes: [UInt8]) -> Bool {
        guard let username else { return false }
        var rest = bytes[...]
        while let found = rest.firstRange(of: Self.nameKey) {
            rest = rest[found.upperBound...]
            let value = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "\n") }
            if value.starts(with: username) { return true }
        }
        return false
    }

    /// - Parameter alone: no digit may stand before or behind it.
    private static func holds(_ bytes: [UInt8], _ wanted: [UInt8], alone: Bool = false) -> Bool {
        guard bytes.count >= wanted.count else { return false }
        for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
            let end = start + wanted.count
            guard bytes[start..<end].elementsEqual(wanted) else { continue }
            guard alone else { return true }
            let isPart = (start > 0 && isDigit(bytes[start - 1])) || (end < bytes.count && isDigit(bytes[end]))
            if !isPart { return true }
        }
        return false
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
