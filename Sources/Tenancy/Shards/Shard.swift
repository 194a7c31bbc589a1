internal import Storage

/// A share of the tenants. All work on a tenant's rows is done by whoever owns the tenant's shard.
public struct Shard: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How many there are: more than the workers that one database can feed, and few enough to look at in one statement.
    public static let count = 32

    /// From 0 to ``count`` - 1.
    public let number: Int

    /// - Parameter number: from 0 to ``count`` - 1.
    public init(_ number: Int) {
        self.number = number
    }

    /// The shard of a tenant. The last bits of a UUIDv7 are random, so that tenants spread evenly.
    public init(of tenant: TenantID) {
        number = Int(tenant.raw.low % UInt64(Self.count))
    }

    /// Every shard.
    public static let all = (0..<count).map(Shard.init)

    /// By number.
    public static func < (one: Shard, other: Shard) -> Bool { one.number < other.number }

    /// The number.
    public var description: String { "\(number)" }
}

/// The right to work on one tenant's rows, as it was when the work began. It ends when the shard goes to another owner;
/// what is written under it afterwards touches nothing.
public struct TenantHold: Sendable, Hashable {
    /// Whose rows.
    public var tenant: TenantID
    /// The epoch of the tenant's shard; `nil` where this process is alone on its database.
    public var epoch: Int64?

    /// - Parameters:
    ///   - tenant: whose rows.
    ///   - epoch: of the tenant's shard; `nil` where this process is alone on its database.
    public init(_ tenant: TenantID, epoch: Int64?) {
        self.tenant = tenant
        self.epoch = epoch
    }
}

/// The shard belongs to another worker now: nothing was written, and nothing is to be said about it.
public struct ShardLost: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which.
    public var shard: Shard

    /// Memberwise.
    public init(shard: Shard) {
        self.shard = shard
    }

    /// For logs.
    public var description: String { "shard \(shard) belongs to another worker" }
}
