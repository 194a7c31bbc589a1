public import Storage

/// One page of a list, newest first.
public struct ListPage<Item: Sendable>: Sendable {
    /// At most as many as were asked for.
    public var items: [Item]
    /// Where the next page begins; `nil` on the last one.
    public var next: Identifier?

    /// - Parameters:
    ///   - items: what this page shows.
    ///   - next: the id of its last item, where more follow.
    public init(items: [Item], next: Identifier?) {
        self.items = items
        self.next = next
    }

    /// - Parameters:
    ///   - found: up to one more than `limit`, in order: the one more tells that there is a next page.
    ///   - id: the id that the order goes by.
    public init(found: [Item], limit: Int, id: (Item) -> Identifier) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(id) : nil
    }

    /// The same page of other things.
    public func map<Other>(_ transform: (Item) throws -> Other) rethrows -> ListPage<Other> {
        ListPage<Other>(items: try items.map(transform), next: next)
    }
}

extension Identifier {
    /// Greater than every UUIDv7: a first page needs no statement of its own.
    static let greatest = Identifier(high: .max, low: .max)
}
