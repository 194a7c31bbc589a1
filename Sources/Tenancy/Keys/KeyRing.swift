public import Cryptography
internal import Storage

/// The key-encryption keys of the configuration: the newest wraps, all unwrap.
public struct KeyRing: Sendable {
    let keys: [(id: String, key: SealingKey)]

    /// - Parameter keys: newest first; at least one.
    public init?(_ keys: [(id: String, key: SealingKey)]) {
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// The id of the key that wraps now.
    public var newestID: String { keys[0].id }

    /// - Returns: the id of the key used and the wrapped bytes.
    func wrap(_ bytes: [UInt8], for tenant: TenantID) throws -> (id: String, wrapped: [UInt8]) {
        (keys[0].id, try keys[0].key.seal(bytes, associated: Self.associated(tenant)))
    }

    /// - Throws: ``KeyError/unknownKey(_:)`` when the configuration no longer has the key.
    func unwrap(_ wrapped: [UInt8], id: String, for tenant: TenantID) throws -> [UInt8] {
        guard let entry = keys.first(where: { $0.id == id }) else { throw KeyError.unknownKey(id) }
        return try entry.key.open(wrapped, associated: Self.associated(tenant))
    }

    private static func associated(_ tenant: TenantID) -> [UInt8] {
        Array("clariva.tenant-key.".utf8) + tenant.raw.bytes
    }
}

/// Why a tenant's key cannot be used.
public enum KeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key-encryption key of this id is not configured.
    case unknownKey(String)
    /// The tenant does not exist, or its key was destroyed.
    case noTenant

    /// What is wrong, with the id of a key but never its bytes.
    public var description: String {
        switch self {
        case .unknownKey(let id): "encryption key \"\(id)\" is not configured"
        case .noTenant: "no such tenant"
        }
    }
}
