import ArgumentParser
import Gateway
import Tenancy

/// `clariva events replay`
struct EventsReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Makes parked or failed events due again.",
        discussion: """
            Works on the database: a running service takes the events up by itself, else the next start does. A \
            message is never answered twice, however often its event is replayed.

              clariva events replay 0198c6f2-...            one event
              clariva events replay --state failed          all that failed
              clariva events replay --reason sender_unresolved --tenant ID --dry-run
            """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "Ids of events.") var ids: [String] = []
    @Option(help: "parked or failed") var state: String?
    @Option(help: "Only events with this reason.") var reason: String?
    @Option(help: ArgumentHelp("Only this tenant's events.", valueName: "id")) var tenant: String?
    @Option(help: ArgumentHelp("Only events of this instagram_page_id.", valueName: "id")) var account: String?
    @Flag(help: "Only count.") var dryRun = false

    func validate() throws {
        let hasFilter = state != nil || reason != nil || tenant != nil || account != nil
        if ids.isEmpty == !hasFilter { throw ValidationError("give ids, or a filter") }
        for id in ids where EventID(id) == nil { throw ValidationError("\(id) is no event's id") }
        if let state, state != "parked", state != "failed" { throw ValidationError("--state is parked or failed") }
        if let reason, Event.Reason(rawValue: reason) == nil { throw ValidationError("there is no reason \(reason)") }
        if let tenant, TenantID(tenant) == nil { throw ValidationError("--tenant is no id") }
    }

    func run() async throws {
        let configuration = try await options.loadAndWarn()
        let outcome = try await configuration.withStore { store in
            ids.isEmpty ? try await replayFiltered(store) : try await replayNamed(store)
        }
        print("\(outcome.matched) found, \(outcome.replayed) due again\(dryRun ? " (dry run)" : "")")
        guard ids.isEmpty || dryRun || outcome.replayed == ids.count else {
            throw CommandFailure(.failed, "clariva: not every event is parked or failed with its payload kept")
        }
    }

    private func replayFiltered(_ store: TenancyStore) async throws -> EventReplay.Outcome {
        var filter = EventFilter()
        filter.state = state.flatMap(Event.State.init)
        filter.reason = reason.flatMap(Event.Reason.init)
        filter.tenantID = tenant.flatMap { TenantID($0) }
        filter.accountID = account
        return try await EventReplay(store: store) { try await Self.replay($0, of: $1, $2, in: store) }
            .run(filter, isDryRun: dryRun)
    }

    private func replayNamed(_ store: TenancyStore) async throws -> EventReplay.Outcome {
        var outcome = EventReplay.Outcome()
        for id in ids.compactMap({ EventID($0) }) {
            guard let event = try await store.event(id) else { continue }
            outcome.matched += 1
            if dryRun { continue }
            let note = AuditNote(.eventReplay, id.description)
            if try await Self.replay(id, of: event.tenantID, note, in: store) { outcome.replayed += 1 }
        }
        return outcome
    }

    private static func replay(
        _ id: EventID, of tenant: TenantID, _ note: AuditNote?, in store: TenancyStore
    ) async throws -> Bool {
        let now = SystemClock().now
        return try await store.write(tenant) { rows in
            guard try rows.replayEvent(id, now: now) else { return false }
            if let note { try rows.audit(note, by: .command, now: now) }
            return true
        }
    }
}
