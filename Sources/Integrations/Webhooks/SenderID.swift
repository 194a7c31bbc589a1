/// Rules for ids that a reply could be sent to (IGSID, PSID).
public enum SenderID {
    /// People in the dashboard's test deliveries. They exist nowhere.
    private static let placeholders: Set<String> = ["12334", "23244", "23245"]

    /// Whether an id can be a person's: digits, of a length that real ids have, and no known placeholder. That it is no
    /// account of ours is for the caller to check.
    /// - Parameter id: as the payload or the Graph API gave it.
    public static func isPlausible(_ id: String) -> Bool {
        (6...20).contains(id.utf8.count) && id.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && id.utf8.first != UInt8(ascii: "0") && !isPlaceholder(id)
    }

    /// Whether an id is one of those that Meta's test deliveries use.
    /// - Parameter id: as the payload gave it.
    public static func isPlaceholder(_ id: String) -> Bool {
        placeholders.contains(id)
    }
}
