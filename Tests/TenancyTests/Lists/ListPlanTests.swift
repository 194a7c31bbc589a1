import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Every list is read in the order of an index: no table is read whole, and nothing is sorted.
///
/// Plans are those of the statements as the service runs them, on PostgreSQL under its role, its row-level security and
/// the settings that it begins each transaction with (no sequential and no bitmap scans), over rows enough and after an
/// ANALYZE: of an empty table any plan is a good one. SQLite has no statistics in the service either, so that its plans
/// follow from the schema alone.
@Suite(.everyEngine, .hangLimit) struct ListPlanTests {
    private struct Desk {
        let database: TestStore
        let rows: ManyRows
        let engine: ExplainedEngine
        let store: TenancyStore

        init() async throws {
            database = try await TestStore()
            rows = try await ManyRows.fill(database)
            engine = ExplainedEngine(database.engine)
            store = TenancyStore(engine: engine, keyRing: database.store.keyRing)
            // Keys are looked up once, and that is no list.
            _ = try await store.keys(of: rows.main)
            _ = engine.plans()
        }

        /// The plans of what a list asks, without its searches by a key.
        func plans(_ body: () async throws -> Void) async throws -> [ExplainedEngine.Plan] {
            _ = engine.plans()
            try await body()
            return engine.plans()
        }
    }

    /// The largest tenant has a third of all events: the newest of all are as good a way to its own.
    private static let ofMain = "events_pkey|events_newest"

    /// What in a plan grows with the table.
    private func faults(_ plan: ExplainedEngine.Plan, counts: Bool = false) -> [String] {
        plan.steps.filter { step in
            switch TestEngine.current {
            case .sqlite:
                // `n` is what a count is limited by.
                let isScan = step.hasPrefix("SCAN") && step != "SCAN n" && !step.hasPrefix("SCAN (")
                return step.contains("TEMP B-TREE") || (isScan && !(counts && step.contains("COVERING INDEX")))
            case .postgres: return step.contains("Seq Scan") || step.contains("Sort") || step.contains("Bitmap")
            }
        }
    }

    private func check(_ plans: [ExplainedEngine.Plan], _ what: String, reads index: String? = nil) {
        #expect(!plans.isEmpty, "\(what) asks nothing")
        for plan in plans { #expect(faults(plan).isEmpty, "\(what): \(plan)") }
        guard let index else { return }
        let last = plans.last?.steps.joined(separator: "\n") ?? ""
        let isRead = index.split(separator: "|").map(String.init).contains { one in
            let name =
                TestEngine.current == .postgres ? one : one.replacing(/^(.*)_pkey$/) { "sqlite_autoindex_\($0.1)_1" }
            return last.contains("\(name) ") || last.hasSuffix(name)
        }
        #expect(isRead, "\(what) is not read by \(index): \(last)")
    }

    @Test func eventsAreReadByTheIndexOfTheirFilter() async throws {
        let desk = try await Desk()
        let main = desk.rows.main
        let now = desk.database.now
        let filters: [(String, index: String, (inout EventFilter) -> Void)] = [
            ("all", "events_newest", { _ in }),
            ("state received", "events_open", { $0.state = .received }),
            ("state parked", "events_open", { $0.state = .parked }),
            ("state failed", "events_open", { $0.state = .failed }),
            ("state done", "events_newest", { $0.state = .done }),
            ("reason unrouted", "events_reason", { $0.reason = .unrouted }),
            ("reason loop_guard", "events_reason", { $0.reason = .loopGuard }),
            ("reason replied", "events_newest", { $0.reason = .replied }),
            ("reason edit_noise", "events_newest", { $0.reason = .editNoise }),
            ("reason awaiting_message", "events_open", { $0.reason = .awaitingMessage }),
            ("kind reaction", "events_kind", { $0.kind = "reaction" }),
            ("kind message", "events_newest", { $0.kind = "message" }),
            ("received after", "events_newest", { $0.receivedAfter = now.adding(seconds: -600) }),
            ("received before", "events_newest", { $0.receivedBefore = now.adding(seconds: -600) }),
            ("tenant", Self.ofMain, { $0.tenantID = main }),
            ("tenant, parked", "events_open_of_tenant", { ($0.tenantID, $0.state) = (main, .parked) }),
            ("tenant, failed", "events_open_of_tenant", { ($0.tenantID, $0.state) = (main, .failed) }),
            ("tenant, received", Self.ofMain, { ($0.tenantID, $0.state) = (main, .received) }),
            ("tenant, done", Self.ofMain, { ($0.tenantID, $0.state) = (main, .done) }),
            ("tenant, unresolved", "events_open_of_tenant", { ($0.tenantID, $0.reason) = (main, .senderUnresolved) }),
            ("tenant, cooldown", Self.ofMain, { ($0.tenantID, $0.reason) = (main, .cooldown) }),
            ("tenant, kind", Self.ofMain, { ($0.tenantID, $0.kind) = (main, "reaction") }),
            ("tenant, account", Self.ofMain, { ($0.tenantID, $0.accountID) = (main, ManyRows.account(0)) }),
            (
                "tenant, account, parked", "events_open_of_account",
                { ($0.tenantID, $0.accountID, $0.state) = (main, ManyRows.account(0), .parked) }
            ),
            ("tenant, times", Self.ofMain, { ($0.tenantID, $0.receivedBefore) = (main, now) }),
            ("account", Self.ofMain, { $0.accountID = ManyRows.account(2) }),
            (
                "account, failed", "events_open_of_account",
                { ($0.accountID, $0.state) = (ManyRows.account(2), .failed) }
            ),
            ("parked, reason", "events_reason", { ($0.state, $0.reason) = (.parked, .senderUnresolved) }),
            ("parked, kind", "events_open", { ($0.state, $0.kind) = (.parked, "message") }),
            ("failed, times", "events_open", { ($0.state, $0.receivedAfter) = (.failed, now.adding(seconds: -60)) }),
            ("reason, kind", "events_reason", { ($0.reason, $0.kind) = (.loopGuard, "message") }),
        ]
        for (name, index, change) in filters {
            var filter = EventFilter()
            change(&filter)
            let asked = filter
            let plans = try await desk.plans { _ = try await desk.store.events(asked, limit: 50) }
            // Of an account's tenants the routes are asked as well.
            check(plans.filter { $0.sql.contains("FROM events") }, name, reads: index)
            check(plans, name)
        }
        let one = try await desk.plans { _ = try await desk.store.event(desk.rows.events[4711].id) }
        check(one, "one event", reads: "events_newest")
    }

    @Test func entriesOfTheAuditLogAreReadByTheIndexOfTheirFilter() async throws {
        let desk = try await Desk()
        let main = desk.rows.main
        let now = desk.database.now
        let filters: [(String, index: String, (inout AuditFilter) -> Void)] = [
            ("all", "audit_log_newest", { _ in }),
            ("tenant", "audit_log_pkey", { $0.tenantID = main }),
            ("tenant, action", "audit_log_pkey", { ($0.tenantID, $0.action) = (main, "event.replay") }),
            ("tenant, target", "audit_log_pkey", { ($0.tenantID, $0.targetID) = (main, "17") }),
            ("actor", "audit_log_newest", { $0.actor = "service" }),
            ("actor's id", "audit_log_actor", { $0.actorID = "17" }),
            ("action", "audit_log_action", { $0.action = "event.replay" }),
            ("action, actor", "audit_log_action", { ($0.action, $0.actor) = ("event.replay", "service") }),
            ("target", "audit_log_newest", { $0.target = "event" }),
            ("target's id", "audit_log_target", { $0.targetID = "17" }),
            ("target's id, action", "audit_log_target", { ($0.targetID, $0.action) = ("17", "event.replay") }),
            ("after", "audit_log_newest", { $0.after = now }),
            ("before", "audit_log_newest", { $0.before = now }),
        ]
        for (name, index, change) in filters {
            var filter = AuditFilter()
            change(&filter)
            let asked = filter
            let plans = try await desk.plans { _ = try await desk.store.auditEntries(asked, limit: 50) }
            check(plans, "audit log, \(name)", reads: index)
        }
    }

    @Test func aTenantsListsAreReadByTheirKeys() async throws {
        let desk = try await Desk()
        let (main, conversation) = (desk.rows.main, desk.rows.conversation)
        let since = desk.database.now.adding(seconds: -86_400)
        let conversations = try await desk.plans {
            try await desk.store.read(main) { _ = try $0.conversations(limit: 50) }
        }
        check(Array(conversations.prefix(1)), "conversations", reads: "conversations_pkey")
        check(conversations, "conversations")
        check(
            try await desk.plans {
                try await desk.store.read(main) { _ = try $0.messages(of: conversation, limit: 50) }
            },
            "messages", reads: "messages_of_conversation")
        let replies = try await desk.plans { try await desk.store.read(main) { _ = try $0.replies(limit: 50) } }
        check(Array(replies.prefix(1)), "replies", reads: "replies_pkey")
        check(replies, "replies", reads: "reply_parts_order")
        // However many, they are few queries: each is a way to the server and back.
        #expect(conversations.count == 2 && replies.count == 2)
        check(
            try await desk.plans { try await desk.store.read(main) { _ = try $0.connections() } }, "connections",
            reads: "connections_pkey")
        check(
            try await desk.plans {
                try await desk.store.read(main) { _ = try $0.senderlessShare(accounts: ["a"], since: since) }
            }, "senderless share", reads: Self.ofMain)
    }

    @Test func listsOfTheServiceAreReadByTheirKeys() async throws {
        let desk = try await Desk()
        let store = desk.store
        check(try await desk.plans { _ = try await store.tenants(limit: 50) }, "tenants", reads: "tenants_pkey")
        check(
            try await desk.plans { _ = try await store.tenants(named: "Praxis", limit: 50) }, "tenants by name",
            reads: "tenants_name")
        check(
            try await desk.plans { _ = try await APIKeys(store).list(limit: 50) }, "API keys", reads: "api_keys_pkey")
        check(
            try await desk.plans { _ = try await store.readGlobal { try $0.switches(of: .system) } }, "switches",
            reads: "switches_pkey")
        let tenants = try await store.tenants(limit: 50).map(\.id)
        check(
            try await desk.plans { _ = try await store.readGlobal(.operators) { try $0.states(of: tenants) } },
            "connections of tenants", reads: "connections_pkey")
        check(
            try await desk.plans {
                _ = try await store.readGlobal(.operators) { try $0.stuckReplies(.held, before: nil, limit: 50) }
            }, "stuck replies", reads: "replies_stuck")
        check(try await desk.plans { _ = try await store.readGlobal(.operators) { try $0.stuckWork() } }, "stuck work")
        check(
            try await desk.plans { _ = try await store.erasures(of: nil, limit: 50) }, "erasures",
            reads: "erasures_newest")
        // Each worker looks every few seconds.
        check(
            try await desk.plans { _ = try await store.readGlobal(.shardLoad) { try $0.newestEvent() } },
            "newest event", reads: "events_newest")
        let main = desk.rows.main
        check(
            try await desk.plans { _ = try await store.erasures(of: main, limit: 50) }, "erasures of a tenant",
            reads: "erasures_pkey")
    }

    /// What counts reads what it counts, of an index alone.
    @Test func theOverviewReadsNoTable() async throws {
        let desk = try await Desk()
        let now = desk.database.now
        let plans = try await desk.plans {
            _ = try await desk.store.readGlobal(.operators) { try $0.overview(now: now) }
        }
        #expect(plans.count == 10)
        for plan in plans { #expect(faults(plan, counts: true).isEmpty, "\(plan)") }
    }
}
