import Storage
import TestSupport
import Testing

/// No statement of the repositories touches two tenants. Two checks hold that: ``WatchedEngine`` looks at every statement
/// that these tests run, with the values it is given; and the sources are read for what no test runs.
@Suite struct TenantStatementTests {
    /// The statements across tenants, by the function that they stand in and the scope that allows them; all of them lie
    /// in one folder. Nothing is added here without a policy of its own in the row-level security.
    static let crossTenant: [String: Scope] = [
        // Ingest append.
        "insertEvent": .ingest,
        // Shard load: finding work.
        "tenantsWithDueEvents": .shardLoad, "tenantsInTurn": .shardLoad, "tenantsWithInterruptedWork": .shardLoad,
        "nextDueEvent": .shardLoad, "nextDueReply": .shardLoad, "dueReplies": .shardLoad, "dueReadings": .shardLoad,
        "tenantsWithSends": .shardLoad, "dueConnections": .shardLoad, "nextDueConnection": .shardLoad,
        "tenantsWithPausedEvents": .shardLoad, "connectionsWithoutPlan": .shardLoad, "newestEvent": .shardLoad,
        "uncheckedConnections": .shardLoad, "dueNotices": .shardLoad, "nextDueNotice": .shardLoad,
        "dueErasures": .shardLoad, "nextDueErasure": .shardLoad,
        // Parts of statements on due replies.
        "isHeadOrNotQueued": .shardLoad, "isNotBlocked": .shardLoad, "flowOfReply": .shardLoad,
        // Operators' lists and gauges.
        "overview": .operators, "events": .operators, "floor": .operators, "listedEvent": .operators,
        "connections": .operators, "listedAuditEntries": .operators, "auditFloor": .operators,
        "tenants": .operators, "states": .operators, "stuckWork": .operators, "replies": .operators,
        "stuckReplies": .operators, "listedErasures": .operators, "listedErasure": .operators,
    ]

    private func faults(_ sql: String) -> [String] {
        TenantStatement(sql, tenantTables: TenantTables.all).faults.map(\.table)
    }

    private func statements() async throws -> [SourceStatement] {
        try await SourceStatement.all.value.filter { statement in
            !statement.file.hasPrefix("Storage/Migrations/")
                && !TenantStatement(statement.sql, tenantTables: TenantTables.all).tables.isEmpty
        }
    }

    @Test func everyStatementOfTheSourcesNamesItsTenantForEachTable() async throws {
        let statements = try await statements()
        // Something was read.
        #expect(statements.count > 80)
        for statement in statements where !faults(statement.sql).isEmpty {
            #expect(
                Self.crossTenant[statement.name] != nil && statement.file.hasPrefix("Tenancy/CrossTenant/"),
                "\(statement.file), \(statement.name): \(faults(statement.sql))\n\(statement.sql)")
        }
        // Each of them is there, and nothing else is. The append ties each of its rows, to a tenant of the row's own.
        let there = statements.filter { $0.file.hasPrefix("Tenancy/CrossTenant/") }.map(\.name)
        #expect(Set(there) == Set(Self.crossTenant.keys).union(["countRedeliveries"]))
    }

    @Test func onlyTenancyKnowsTheTables() async throws {
        #expect(Set(try await statements().map { $0.file.prefix { $0 != "/" } }) == ["Tenancy"])
    }

    /// The same statements, each with one of its ties cut, or loosened by an OR: none of them passes.
    @Test func aStatementThatLosesATieIsFound() async throws {
        var mutants = 0
        for statement in try await statements() where faults(statement.sql).isEmpty {
            for tie in statement.sql.ranges(of: /([a-z_]+\.)?tenant_id = (\?[0-9]+|[a-z_]+\.tenant_id)/) {
                let cut = statement.sql.replacingCharacters(tie, with: "1 = 1")
                #expect(!faults(cut).isEmpty, "\(statement.file), \(statement.name):\n\(cut)")
                let loose = statement.sql.replacingCharacters(tie, with: statement.sql[tie] + " OR 1 = 1")
                #expect(!faults(loose).isEmpty, "\(statement.file), \(statement.name):\n\(loose)")
                mutants += 2
            }
            for list in statement.sql.ranges(of: /\(\s*tenant_id, id\b/) where statement.sql.contains("INSERT") {
                let swapped = statement.sql.replacingCharacters(list, with: "(id, tenant_id")
                #expect(!faults(swapped).isEmpty, "\(statement.file), \(statement.name):\n\(swapped)")
                mutants += 1
            }
        }
        #expect(mutants > 150)
    }

    // MARK: The rule itself

    @Test(arguments: [
        "SELECT 1 FROM events WHERE tenant_id = ?1 AND id = ?2",
        "SELECT e.id FROM replies r JOIN events e ON e.tenant_id = r.tenant_id AND e.id = r.event_id WHERE r.tenant_id = ?1",
        "SELECT e.id FROM replies r JOIN events e ON r.tenant_id = e.tenant_id AND e.id = r.event_id WHERE r.tenant_id = ?1",
        "DELETE FROM messages WHERE tenant_id = ?1 AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.tenant_id = ?1 AND r.id = ?2)",
        "UPDATE replies SET state = ?2 WHERE tenant_id = ?1 AND (state = 'a' OR state = 'b')",
        "SELECT q.id FROM (SELECT tenant_id, id FROM replies WHERE tenant_id = ?1) q WHERE NOT EXISTS (SELECT 1 FROM replies h WHERE h.tenant_id = q.tenant_id)",
        "INSERT INTO events (tenant_id, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        "SELECT id FROM \\(table) WHERE tenant_id = ?1 AND id > ?2",
    ])
    func passes(_ sql: String) {
        #expect(faults(sql).isEmpty)
    }

    @Test(arguments: [
        "SELECT 1 FROM events WHERE id = ?1",
        "SELECT 1 FROM events",
        "SELECT e.id FROM replies r JOIN events e ON e.id = r.event_id WHERE r.tenant_id = ?1",
        "SELECT e.id FROM replies r JOIN events e ON e.id = r.event_id AND e.tenant_id = r.tenant_id WHERE r.id = ?1",
        "SELECT e.id FROM replies r, events e WHERE r.tenant_id = ?1 AND e.id = r.event_id",
        "SELECT 1 FROM events WHERE tenant_id = ?1 OR id = ?2",
        "SELECT 1 FROM events WHERE (tenant_id = ?1 OR id = ?2)",
        "SELECT 1 FROM events WHERE NOT tenant_id = ?1",
        "SELECT 1 FROM events WHERE tenant_id <> ?1",
        "SELECT 1 FROM events WHERE tenant_id IN (SELECT id FROM tenants)",
        "UPDATE events SET tenant_id = ?1 WHERE id = ?2",
        "UPDATE events SET state = 'done', tenant_id = ?1",
        "DELETE FROM messages WHERE tenant_id = ?1 AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.in_reply_to = messages.id)",
        "DELETE FROM messages WHERE EXISTS (SELECT 1 FROM replies WHERE tenant_id = ?1)",
        "SELECT q.id FROM (SELECT tenant_id, id FROM replies) q WHERE q.id = ?1",
        "INSERT INTO events (id, tenant_id) VALUES (?1, ?2)",
        "SELECT id FROM events WHERE tenant_id = ?1 UNION SELECT id FROM events",
        "SELECT id FROM \\(table) WHERE id > ?2",
        "SELECT 1 FROM events WHERE id = ?1 -- tenant_id = ?1".replacing(" --", with: ""),
        "SELECT 'tenant_id = ?1' FROM events",
    ])
    func finds(_ sql: String) {
        #expect(!faults(sql).isEmpty)
    }

    private static let one = Identifier(high: 1, low: 1)
    private static let other = Identifier(high: 2, low: 2)

    @Test(arguments: [
        ("SELECT 1 FROM events WHERE tenant_id = ?1", other, Scope.tenant(one)),
        ("SELECT 1 FROM events WHERE id = ?1", one, .tenant(one)),
        ("SELECT 1 FROM events WHERE tenant_id = ?1", one, .global),
        ("UPDATE events SET due_at = 0 WHERE due_at > ?1", one, .shardLoad),
        ("SELECT 1 FROM messages WHERE id = ?1", one, .shardLoad),
        ("DELETE FROM replies WHERE id = ?1", one, .operators),
        ("SELECT 1 FROM patients WHERE id = ?1", one, .operators),
        ("SELECT 1 FROM events WHERE id = ?1", one, .ingest),
        ("INSERT INTO events (tenant_id, id) VALUES (?1, ?1) ON CONFLICT (tenant_id, id) DO NOTHING", one, .ingest),
    ])
    func watchingRefuses(_ sql: String, _ value: Identifier, _ scope: Scope) {
        #expect(TenantWatch.fault(sql, [[.id(value)]], scope) != nil)
    }

    @Test(arguments: [
        ("SELECT 1 FROM events WHERE tenant_id = ?1", Scope.tenant(one)),
        ("SELECT 1 FROM tenants WHERE id = ?1", .global),
        ("SELECT tenant_id FROM events WHERE id > ?1", .shardLoad),
        ("SELECT 1 FROM connections WHERE id = ?1", .operators),
        ("INSERT INTO events (tenant_id, id) VALUES (?1, ?1) ON CONFLICT DO NOTHING", .ingest),
    ])
    func watchingLetsPass(_ sql: String, _ scope: Scope) {
        #expect(TenantWatch.fault(sql, [[.id(Self.one)]], scope) == nil)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: some StringProtocol) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }
}
