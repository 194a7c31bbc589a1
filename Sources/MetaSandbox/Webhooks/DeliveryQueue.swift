public import Integrations

/// One item that Meta wants to tell an app.
struct QueuedEvent: Sendable {
    var id = 0
    /// Whose secret signs it.
    var app: MetaApp
    /// `instagram` or `page`.
    var object: String
    /// `entry[].id`.
    var entryID: String
    /// `messaging`, `standby` or `changes`.
    var container: String
    var item: JSONValue
    /// Real time, milliseconds.
    var dueAt: Int64
    /// How many times the same bytes are delivered.
    var copies = 1
}

/// One POST: its bytes never change, however often it is tried.
struct PendingDelivery: Sendable {
    var id: Int
    var app: MetaApp
    var lane: String
    var events: [Int]
    var accounts: [String]
    var body: [UInt8]
    var attempt = 0
    var dueAt: Int64
    /// A retry waits for nobody: after a failure order is not kept.
    var isRetry = false
}

/// What became of a delivery.
public struct DeliveryRecord: Sendable, Hashable {
    /// `waiting`, `delivered`, `retrying` or `dropped`.
    public enum State: String, Sendable, Hashable {
        case waiting, delivered, retrying, dropped
    }

    /// Counts from 1.
    public var id: Int
    /// Whose secret signs it.
    public var app: MetaApp
    /// `entry[].id` of each item.
    public var accounts: [String]
    /// How many items it carries.
    public var items: Int
    /// Where it stands.
    public var state: State
    /// The status of each attempt; 0 where no answer came.
    public var statuses: [Int]
    /// World time of each attempt, milliseconds.
    public var attemptedAt: [Int64]
    /// The very bytes.
    public var body: [UInt8]
}

/// What waits, what is under way and what became of it. Order is kept within a lane (an app and an account).
struct DeliveryQueue: Sendable {
    private(set) var waiting: [QueuedEvent] = []
    private var pending = PendingDeliveries()
    private(set) var inFlight: [Int: PendingDelivery] = [:]
    private(set) var records: [Int: DeliveryRecord] = [:]
    private var oldestRecord = 1
    private var lastEvent = 0
    private var lastDelivery = 0
    /// How many first attempts of each item have not ended.
    private var untried: [Int: Int] = [:]
    var isPaused = false

    /// How many deliveries are remembered with their bytes.
    private static let memory = 20_000

    mutating func enqueue(_ event: QueuedEvent) -> Int {
        lastEvent += 1
        var event = event
        event.id = lastEvent
        waiting.append(event)
        untried[event.id] = event.copies
        return lastEvent
    }

    /// Takes what may be posted now.
    /// - Parameters:
    ///   - batch: most items in one POST.
    ///   - limit: most POSTs under way.
    mutating func takeDue(_ moment: SandboxWorld.Moment, batch: Int, limit: Int) -> [PendingDelivery] {
        guard !isPaused else { return [] }
        pack(moment, batch: batch)
        let busy = Set(inFlight.values.lazy.filter { !$0.isRetry }.map(\.lane))
        let taken = pending.takeDue(at: moment.real, busy: busy, limit: limit - inFlight.count)
        for delivery in taken {
            inFlight[delivery.id] = delivery
            records[delivery.id]?.attemptedAt.append(moment.world)
        }
        return taken
    }

    /// Turns due items into POSTs, those of one app and object together.
    private mutating func pack(_ moment: SandboxWorld.Moment, batch: Int) {
        var groups: [String: [QueuedEvent]] = [:]
        var order: [String] = []
        var later: [QueuedEvent] = []
        for event in waiting {
            guard event.dueAt <= moment.real else {
                later.append(event)
                continue
            }
            let key = batch > 1 && event.copies == 1 ? "\(event.app.rawValue) \(event.object)" : "#\(event.id)"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(event)
        }
        waiting = later
        for key in order {
            let events = groups[key] ?? []
            for start in stride(from: 0, to: events.count, by: max(1, batch)) {
                let part = events[start..<min(events.count, start + max(1, batch))]
                for _ in 0..<(part.first?.copies ?? 1) { append(Array(part), moment, isBatched: batch > 1) }
            }
        }
    }

    private mutating func append(_ events: [QueuedEvent], _ moment: SandboxWorld.Moment, isBatched: Bool) {
        guard let first = events.first else { return }
        let entries = events.map { event -> JSONValue in
            let time = event.container == "changes" ? moment.world / 1000 : moment.world
            return [
                "time": .integer(time), "id": .string(event.entryID), event.container: .array([event.item]),
            ]
        }
        let whole: JSONValue = ["object": .string(first.object), "entry": .array(entries)]
        let body = whole.encoded(.meta)
        let lane = isBatched ? "\(first.app.rawValue) \(first.object)" : "\(first.app.rawValue) \(first.entryID)"
        append(body, app: first.app, lane: lane, events: events.map(\.id), accounts: events.map(\.entryID), moment)
    }

    /// Queues ready bytes.
    @discardableResult
    mutating func append(
        _ body: [UInt8], app: MetaApp, lane: String, events: [Int] = [], accounts: [String],
        _ moment: SandboxWorld.Moment
    ) -> Int {
        lastDelivery += 1
        pending.append(
            first: PendingDelivery(
                id: lastDelivery, app: app, lane: lane, events: events, accounts: accounts, body: body,
                dueAt: moment.real))
        records[lastDelivery] = DeliveryRecord(
            id: lastDelivery, app: app, accounts: accounts, items: max(1, accounts.count), state: .waiting,
            statuses: [], attemptedAt: [], body: body)
        while records.count > Self.memory, oldestRecord < lastDelivery {
            records[oldestRecord] = nil
            oldestRecord += 1
        }
        return lastDelivery
    }

    /// Notes an attempt's end.
    /// - Parameter status: what the app answered; 0 where no answer came.
    /// - Returns: the delivery, where it was given up.
    mutating func settle(_ id: Int, status: Int, at real: Int64, intervals: [Int64]) -> PendingDelivery? {
        guard var delivery = inFlight.removeValue(forKey: id) else { return nil }
        if delivery.attempt == 0 {
            for event in delivery.events { untried[event] = untried[event].flatMap { $0 > 1 ? $0 - 1 : nil } }
        }
        records[id]?.statuses.append(status)
        if status == 200 {
            records[id]?.state = .delivered
            return nil
        }
        guard delivery.attempt < intervals.count else {
            records[id]?.state = .dropped
            return delivery
        }
        delivery.dueAt = real + intervals[delivery.attempt]
        delivery.attempt += 1
        delivery.isRetry = true
        pending.append(retry: delivery)
        records[id]?.state = .retrying
        return nil
    }

    /// Numbers go on after a queue that is thrown away, so that an answer to one of its deliveries settles none of ours.
    mutating func continueNumbers(of other: DeliveryQueue) {
        lastEvent = other.lastEvent
        lastDelivery = other.lastDelivery
        oldestRecord = lastDelivery + 1
    }

    /// Makes every retry due at once.
    mutating func hurryRetries() {
        pending.hurryRetries()
    }

    /// When something will be due that is not yet.
    func nextDue(after real: Int64) -> Int64? {
        var next: Int64?
        for time in waiting.lazy.map(\.dueAt) where time > real && time < next ?? .max { next = time }
        if let time = pending.nextDue(after: real), time < next ?? .max { next = time }
        return next
    }

    /// Those of the items whose first attempt has not ended.
    func untried(_ items: [Int]) -> Set<Int> {
        Set(items).filter { untried[$0] != nil }
    }

    /// How many POSTs are still to be made, or are under way.
    var openCount: Int { waiting.count + pending.count + inFlight.count }

    /// Whether everything has had its first attempt and no retry is due.
    func isDrained(at real: Int64) -> Bool {
        if isPaused { return inFlight.isEmpty }
        return waiting.isEmpty && inFlight.isEmpty && pending.isDrained(at: real)
    }
}
