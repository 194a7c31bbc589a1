/// One entry of a tenant's audit log. Its words are plain text: a newer program may know more of them than this one.
public struct AuditEntry: Sendable, Hashable {
    /// Its own id.
    public var id: AuditEntryID
    /// Whose log it stands in; what concerns no single tenant stands in the system tenant's.
    public var tenantID: TenantID
    /// Counts the tenant's entries from 1, without a gap.
    public var sequence: Int64
    /// When it was done.
    public var at: Timestamp
    /// Who did it (``AuditActor/word``).
    public var actor: String
    /// Which one of that kind.
    public var actorID: String?
    /// What was done (``AuditNote/Action``).
    public var action: String
    /// The kind of thing that it was done to.
    public var target: String
    /// Which one of that kind.
    public var targetID: String?
    /// A JSON object, as it was hashed.
    public var detail: String
    /// In which request.
    public var requestID: String?
    /// ``hash`` of the entry before it.
    public var previous: [UInt8]
    /// ``AuditChain/hash(of:)`` as it was when the entry was written.
    public var hash: [UInt8]

    /// What else is to be known.
    /// - Throws: ``StorageError/Kind/schema`` where it is not what this program writes.
    public func details() throws -> [String: AuditValue] { try JSONColumn.decode(detail) }
}
