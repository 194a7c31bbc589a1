internal import Cryptography
public import Storage

/// One tenant's keys: one seals, the other makes digests for equality.
public struct TenantKeys: Sendable {
    private let tenant: TenantID
    private let sealing: SealingKey
    private let index: HMACKey

    /// Length of the secret in bytes: the sealing key, then the index key.
    static let secretCount = 64

    /// - Parameter secret: ``secretCount`` bytes.
    init(tenant: TenantID, secret: [UInt8]) throws {
        self.tenant = tenant
        sealing = try SealingKey(Array(secret.prefix(SealingKey.byteCount)))
        index = try HMACKey(Array(secret.dropFirst(SealingKey.byteCount)))
    }

    /// Where a sealed value stands: it opens nowhere else.
    public struct Place: Sendable {
        let table: StaticString
        let column: StaticString
        let row: Identifier

        /// - Parameters:
        ///   - table: table name.
        ///   - column: column name.
        ///   - row: the row's id.
        public init(_ table: StaticString, _ column: StaticString, _ row: Identifier) {
            self.table = table
            self.column = column
            self.row = row
        }
    }

    /// Seals bytes for one place.
    public func seal(_ bytes: [UInt8], at place: Place) throws -> [UInt8] {
        try sealing.seal(bytes, associated: associated(place))
    }

    /// Seals a text for one place.
    public func seal(_ text: String, at place: Place) throws -> [UInt8] {
        try seal(Array(text.utf8), at: place)
    }

    /// - Throws: ``CryptographyError/authentication`` when the value was sealed for another place or tenant.
    public func open(_ sealed: [UInt8], at place: Place) throws -> [UInt8] {
        try sealing.open(sealed, associated: associated(place))
    }

    /// Opens a text.
    public func text(_ sealed: [UInt8], at place: Place) throws -> String {
        String(decoding: try open(sealed, at: place), as: UTF8.self)
    }

    /// A digest for equality under the tenant's index key.
    /// - Parameters:
    ///   - purpose: keeps digests of different things apart.
    ///   - parts: length-prefixed, so that no two lists of parts make the same bytes.
    public func digest(_ purpose: StaticString, _ parts: [[UInt8]]) -> [UInt8] {
        var message = purpose.bytes
        message.append(0)
        for part in parts {
            withUnsafeBytes(of: UInt32(part.count).bigEndian) { message.append(contentsOf: $0) }
            message.append(contentsOf: part)
        }
        return index.authenticate(message)
    }

    /// A digest of texts.
    public func digest(_ purpose: StaticString, _ parts: String...) -> [UInt8] {
        digest(purpose, parts.map { Array($0.utf8) })
    }

    private func associated(_ place: Place) -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(64)
        bytes.append(contentsOf: tenant.raw.bytes)
        bytes.append(contentsOf: place.table.bytes)
        bytes.append(0)
        bytes.append(contentsOf: place.column.bytes)
        bytes.append(0)
        bytes.append(contentsOf: place.row.bytes)
        return bytes
    }
}

extension StaticString {
    fileprivate var bytes: [UInt8] { withUTF8Buffer { Array($0) } }
}
