/// Requests that wait until their host has room. Pure: the loop asks it what to start and what has waited too long.
///
/// libcurl has such limits of its own, but in 7.88 a request that waits there outlives its time-out, and may be
/// forgotten for seconds after a connection has come free.
struct CurlQueue {
    private let maxPerHost: Int
    private let maxTotal: Int
    private var waiting: [String: [CurlTransfer]] = [:]
    private var underWay: [String: Int] = [:]
    private var total = 0
    private var earliestDeadline: ContinuousClock.Instant?

    init(maxPerHost: Int, maxTotal: Int) {
        self.maxPerHost = maxPerHost
        self.maxTotal = maxTotal
    }

    mutating func append(_ transfer: CurlTransfer) {
        waiting[transfer.host, default: []].append(transfer)
        earliestDeadline = min(earliestDeadline ?? transfer.deadline, transfer.deadline)
    }

    /// The next request to start, in order of arrival at its host; it counts as under way from here on.
    mutating func next() -> CurlTransfer? {
        guard total < maxTotal,
            let host = waiting.keys.first(where: { underWay[$0, default: 0] < maxPerHost }),
            let transfer = waiting[host]?.removeFirst()
        else { return nil }
        if waiting[host]?.isEmpty == true { waiting[host] = nil }
        underWay[host, default: 0] += 1
        total += 1
        return transfer
    }

    /// A request that ``next()`` gave out has ended.
    mutating func release(_ transfer: CurlTransfer) {
        let left = underWay[transfer.host, default: 0] - 1
        underWay[transfer.host] = left > 0 ? left : nil
        total -= 1
    }

    mutating func remove(_ ticket: CurlTicket) -> CurlTransfer? {
        for (host, transfers) in waiting {
            guard let index = transfers.firstIndex(where: { $0.ticket === ticket }) else { continue }
            var left = transfers
            let removed = left.remove(at: index)
            waiting[host] = left.isEmpty ? nil : left
            return removed
        }
        return nil
    }

    /// Those whose time was over before they were started.
    mutating func removeExpired(_ now: ContinuousClock.Instant) -> [CurlTransfer] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        var expired: [CurlTransfer] = []
        for (host, transfers) in waiting {
            expired += transfers.filter { $0.deadline <= now }
            let left = transfers.filter { $0.deadline > now }
            waiting[host] = left.isEmpty ? nil : left
        }
        earliestDeadline = waiting.values.joined().map(\.deadline).min()
        return expired
    }

    mutating func removeAll() -> [CurlTransfer] {
        defer { waiting = [:] }
        return Array(waiting.values.joined())
    }

    /// When ``removeExpired(_:)`` is to be asked next; `nil` where nothing waits.
    var nextDeadline: ContinuousClock.Instant? {
        waiting.isEmpty ? nil : earliestDeadline
    }
}
