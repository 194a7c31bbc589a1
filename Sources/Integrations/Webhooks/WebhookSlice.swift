/// One item of a webhook body as the structural splitter cut it out: a byte range and where it stood.
///
/// The splitter knows only strings and brackets, so that an item which a JSON parser refuses still becomes one slice
/// of its own, routed by its entry's id.
public struct WebhookSlice: Sendable, Hashable {
    /// In which part of the body the item stood.
    public enum Container: String, Sendable, Hashable {
        /// `entry[].messaging[]`
        case messaging
        /// `entry[].standby[]`: another app owns the thread.
        case standby
        /// `entry[].changes[]`: `{field, value}`.
        case changes
        /// `field` and `value` directly on the entry, or on a flat body.
        case field
        /// An entry with none of these, or a body that is not of any known shape: the whole of it.
        case whole
    }

    /// The body's `object` (`instagram`, `page`), or empty where it has none.
    public var object: String
    /// The `entry[].id` that the item stood under; `nil` where there was none.
    public var entryID: String?
    /// Which part of the entry.
    public var container: Container
    /// How many items the entry's container held (`changesLength` for `changes`).
    public var siblings: Int
    /// The item's own bytes.
    public var bytes: [UInt8]

    /// Memberwise.
    public init(object: String, entryID: String?, container: Container, siblings: Int, bytes: [UInt8]) {
        self.object = object
        self.entryID = entryID
        self.container = container
        self.siblings = siblings
        self.bytes = bytes
    }
}
