/// What waits to be posted: first attempts, one after the other within a lane, and retries, which wait for nobody.
///
/// A service that is killed again and again leaves tens of thousands behind: whatever is asked of them costs no walk
/// through all.
struct PendingDeliveries: Sendable {
    private struct Lane: Sendable {
        var deliveries: [PendingDelivery] = []
        /// Those before it are taken.
        var start = 0

        mutating func removeFirst() {
            start += 1
            // Seldom, so that it costs little each time.
            guard start > 64, start * 2 > deliveries.count else { return }
            deliveries.removeFirst(start)
            start = 0
        }
    }

    /// Lanes that have something waiting; none is empty.
    private var lanes: [String: Lane] = [:]
    private var retries: [Int: PendingDelivery] = [:]
    /// Moments of retries with their ids, the next one last.
    private var moments: [(dueAt: Int64, id: Int)] = []
    private var firstCount = 0

    var count: Int { firstCount + retries.count }

    mutating func append(first delivery: PendingDelivery) {
        lanes[delivery.lane, default: Lane()].deliveries.append(delivery)
        firstCount += 1
    }

    mutating func append(retry delivery: PendingDelivery) {
        retries[delivery.id] = delivery
        let moment = (dueAt: delivery.dueAt, id: delivery.id)
        moments.insert(moment, at: index { $0.dueAt > moment.dueAt || $0.dueAt == moment.dueAt && $0.id > moment.id })
    }

    /// How many of ``moments`` come after everything that is asked for: they are in falling order.
    private func index(while isLater: ((dueAt: Int64, id: Int)) -> Bool) -> Int {
        var range = 0..<moments.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isLater(moments[middle]) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    /// Takes what may be posted now, the oldest first.
    /// - Parameters:
    ///   - busy: lanes whose first attempt is under way.
    ///   - limit: most of them.
    mutating func takeDue(at real: Int64, busy: Set<String>, limit: Int) -> [PendingDelivery] {
        guard limit > 0 else { return [] }
        let due = moments.suffix(limit).filter { $0.dueAt <= real }.map { (id: $0.id, lane: String?.none) }
        let heads = lanes.compactMap { name, lane -> (id: Int, lane: String?)? in
            busy.contains(name) ? nil : (lane.deliveries[lane.start].id, name)
        }
        let chosen = (due + heads).sorted { $0.id < $1.id }.prefix(limit)
        let taken = chosen.compactMap { id, lane in lane.map { takeFirst(of: $0) } ?? retries.removeValue(forKey: id) }
        if !due.isEmpty {
            let left = moments.suffix(limit).filter { retries[$0.id] != nil }
            moments.removeLast(min(limit, moments.count))
            moments += left
        }
        return taken
    }

    private mutating func takeFirst(of name: String) -> PendingDelivery? {
        guard var lane = lanes.removeValue(forKey: name) else { return nil }
        let delivery = lane.deliveries[lane.start]
        lane.removeFirst()
        if lane.start < lane.deliveries.count { lanes[name] = lane }
        firstCount -= 1
        return delivery
    }

    /// Makes every retry due at once.
    mutating func hurryRetries() {
        for id in retries.keys { retries[id]?.dueAt = 0 }
        moments = retries.keys.sorted(by: >).map { (dueAt: 0, id: $0) }
    }

    /// When the next retry becomes due that is not yet.
    func nextDue(after real: Int64) -> Int64? {
        let later = index { $0.dueAt > real }
        return later > 0 ? moments[later - 1].dueAt : nil
    }

    /// Whether nothing but retries waits, and none of them is due.
    func isDrained(at real: Int64) -> Bool {
        firstCount == 0 && moments.last.map { $0.dueAt > real } ?? true
    }
}
