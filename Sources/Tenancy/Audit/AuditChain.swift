internal import Cryptography
internal import Storage

/// How the entries of one tenant hang together: each holds the SHA-256 digest of the one before it, so that none can be
/// changed, taken out, put in or moved without every later one being made anew.
public enum AuditChain {
    /// What the first entry of a chain holds in place of a digest.
    public static let genesis = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// The digest of everything in an entry but its own ``AuditEntry/hash``.
    public static func hash(of entry: AuditEntry) -> [UInt8] { SHA256.digest(canonicalBytes(of: entry)) }

    /// An entry as bytes: never the same for two entries that differ. Each text has its length before it, and one that is
    /// missing differs from one that is empty.
    static func canonicalBytes(of entry: AuditEntry) -> [UInt8] {
        var bytes = Array("clariva audit 1".utf8)
        bytes += entry.tenantID.raw.bytes + entry.id.raw.bytes
        append(UInt64(bitPattern: entry.sequence), to: &bytes)
        append(UInt64(bitPattern: entry.at.milliseconds), to: &bytes)
        for text in [
            entry.actor, entry.actorID, entry.action, entry.target, entry.targetID, entry.detail, entry.requestID,
        ] {
            bytes.append(text == nil ? 0 : 1)
            let utf8 = Array((text ?? "").utf8)
            append(UInt64(utf8.count), to: &bytes)
            bytes += utf8
        }
        return bytes + entry.previous
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}

/// Where a tenant's chain begins and ends, as the tenant's row says.
public struct AuditBounds: Sendable, Hashable {
    /// Sequence number of the first entry that is kept; one more than ``count`` where none is.
    public var first: Int64
    /// Digest of the entry before the first: ``AuditChain/genesis`` until age has taken one.
    public var anchor: [UInt8]
    /// Sequence number of the last entry: how many were ever written.
    public var count: Int64
    /// Digest of the last entry.
    public var head: [UInt8]

    /// - Parameters:
    ///   - first: sequence number of the first entry kept.
    ///   - anchor: digest of the entry before it.
    ///   - count: sequence number of the last entry.
    ///   - head: digest of the last entry.
    public init(
        first: Int64 = 1, anchor: [UInt8] = AuditChain.genesis, count: Int64 = 0, head: [UInt8] = AuditChain.genesis
    ) {
        self.first = first
        self.anchor = anchor
        self.count = count
        self.head = head
    }
}

/// Where a chain does not hold.
public struct AuditBreak: Error, Sendable, Hashable, CustomStringConvertible {
    /// In which way.
    public enum Kind: Sendable, Hashable {
        /// The entry is not what was hashed when it was written.
        case changed
        /// The entry is not there, and a later one is.
        case missing
        /// The entry is whole in itself, and does not follow the one before it.
        case unlinked
        /// There is an entry where none can be: before the beginning or after the end.
        case unexpected
        /// The chain ends before the entry that the tenant's row calls the last.
        case truncated
        /// The last entry is not the one that the tenant's row says.
        case otherHead
    }

    /// In which way.
    public var kind: Kind
    /// Sequence number of the entry.
    public var sequence: Int64

    /// For people.
    public var description: String {
        switch kind {
        case .changed: "entry \(sequence) was changed"
        case .missing: "entry \(sequence) is missing"
        case .unlinked: "entry \(sequence) does not follow the one before it"
        case .unexpected: "there is an entry \(sequence) where none was written"
        case .truncated: "the log ends before entry \(sequence)"
        case .otherHead: "entry \(sequence) is not the one that was written last"
        }
    }
}

/// Goes along a chain, entry by entry in the order of their sequence numbers: a value that reads nothing itself.
struct AuditWalk: Sendable, Hashable {
    /// The sequence number that comes next.
    private(set) var next: Int64
    /// The digest that the next entry must hold.
    private(set) var previous: [UInt8]

    init(_ bounds: AuditBounds) {
        next = bounds.first
        previous = bounds.anchor
    }

    /// Takes the next entry.
    mutating func take(_ entry: AuditEntry) throws(AuditBreak) {
        guard entry.sequence >= next else { throw AuditBreak(kind: .unexpected, sequence: entry.sequence) }
        guard entry.sequence == next else { throw AuditBreak(kind: .missing, sequence: next) }
        guard AuditChain.hash(of: entry) == entry.hash else { throw AuditBreak(kind: .changed, sequence: next) }
        guard entry.previous == previous else { throw AuditBreak(kind: .unlinked, sequence: next) }
        next += 1
        previous = entry.hash
    }

    /// There are no more entries.
    /// - Parameter bounds: as they were when the last ones were read.
    func finish(_ bounds: AuditBounds) throws(AuditBreak) {
        if next <= bounds.count { throw AuditBreak(kind: .truncated, sequence: bounds.count) }
        if next > bounds.count + 1 { throw AuditBreak(kind: .unexpected, sequence: next - 1) }
        if previous != bounds.head { throw AuditBreak(kind: .otherHead, sequence: bounds.count) }
    }
}
