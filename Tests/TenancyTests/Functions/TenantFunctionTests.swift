import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Every function of a tenant's repositories, called by another tenant.
@Suite(.hangLimit) struct TenantFunctionTests {
    /// A full tenant, and one that has nothing but the note of its own beginning.
    private func world(on engine: TestEngine = .current) async throws -> (
        test: TestStore, full: FullTenant, other: TenantID, before: [String: [String]]
    ) {
        let test = try await TestStore(on: engine)
        let full = try await FullTenant(in: test, tenant: try await test.tenant("A").id)
        let before = try await test.dump(of: full.tenant)
        #expect(before.values.allSatisfy { !$0.isEmpty })
        return (test, full, try await test.tenant("B").id, before)
    }

    // MARK: The table

    @Test func everyFunctionOfTheSourcesIsInTheTable() throws {
        let functions = try SourceFunction.all(of: ["TenantRows"])
        // Something was read.
        #expect(functions.count > 80)
        let known = Set(TenantFunction.all.map(\.name))
        for function in functions {
            #expect(
                known.contains(function.name) || TenantFunction.elsewhere[function.name] != nil,
                "\(function.name) is in no list: TenantFunction.all proves that it meets no other tenant's rows")
        }
        #expect(known.subtracting(functions.map(\.name)) == [], "in the table, and not in the sources")
    }

    /// What is called for a tenant from outside of its rows is known, and does not read a tenant's tables unseen.
    @Test func everyFunctionForATenantIsAccountedFor() throws {
        let functions = try SourceFunction.all(of: ["GlobalRows", "TenancyStore"])
            .filter { $0.parameters.contains(/\bTenant(ID|Hold)\b/) }
        #expect(functions.count > 20)
        for function in functions {
            #expect(TenantFunction.elsewhere[function.name] != nil, "\(function.type).\(function.name) is in no list")
        }
        let all = try SourceFunction.all(of: ["TenantRows", "GlobalRows", "TenancyStore"])
        #expect(Set(TenantFunction.elsewhere.keys).subtracting(all.map(\.name)) == [], "not in the sources")
    }

    @Test func theReaderOfTheSourcesFindsWhatIsDeclared() {
        let text = """
            extension TenantRows {
                public func one(_ id: [String: Int], of other: (Int, Int) -> Void = { _ in }, now: Timestamp) throws {
                }
                private func two() {}
                @discardableResult
                func three<Value: Sendable>(
                    at moment: Timestamp, _ body: (Set<Value>) throws -> Value
                ) throws -> Bool {
                }
            }

            private extension TenantRows {
                func four() {}
            }

            struct Other {
                public func five() {}
            }

            public struct TenantRows {
                func six() -> Int {}
            }
            """
        let names = SourceFunction.functions(in: text, of: ["TenantRows"]).map(\.name)
        #expect(names.sorted() == ["one(_:of:now:)", "six()", "three(at:_:)"])
    }

    /// Otherwise it would show nothing that they meet nobody else's.
    @Test(.everyEngine) func eachMeetsItsOwnTenantsRows() async throws {
        let (test, full, _, before) = try await world()
        let keys = try await test.store.keys(of: full.tenant)
        for function in TenantFunction.all where function.meetsRows {
            let outcome = try await function.outcome(
                on: test.engine, as: full.tenant, keys: keys, full: full, before: before)
            #expect(outcome.met, "\(function.name): \(outcome)")
        }
    }

    // MARK: The program's own filter

    @Test(.everyEngine) func noneMeetsAnotherTenantsRows() async throws {
        let (test, full, other, before) = try await world()
        let keys = try await test.store.keys(of: other)
        for function in TenantFunction.all {
            let outcome = try await function.outcome(
                on: test.engine, as: other, keys: keys, full: full, before: before
            ) { WatchedTransaction($0, .tenant(other.raw)) }
            expectNothing(function, outcome)
        }
        #expect(try await test.dump(of: full.tenant) == before)
    }

    // MARK: Row-level security alone

    /// The caller has everything but the right: the other's ids, even its keys, and statements that filter nothing.
    private func outcomes(
        on engine: any Engine, _ test: TestStore, _ full: FullTenant, _ other: TenantID, _ before: [String: [String]]
    ) async throws -> [(function: TenantFunction, outcome: TenantOutcome)] {
        let keys = try await test.store.keys(of: full.tenant)
        var outcomes: [(TenantFunction, TenantOutcome)] = []
        for function in TenantFunction.all {
            let outcome = try await function.outcome(
                on: engine, as: other, keys: keys, full: full, before: before
            ) { UnfilteredTransaction($0) }
            outcomes.append((function, outcome))
        }
        return outcomes
    }

    private func expectNothing(_ function: TenantFunction, _ outcome: TenantOutcome) {
        #expect(!outcome.met, "\(function.name): \(outcome)")
        // Where nothing is hung on the other's rows nothing is refused either: the function comes to its end.
        if function.meetsRows, case .refused = outcome { Issue.record("\(function.name): \(outcome)") }
    }

    private func expectLeaks(_ outcomes: [(function: TenantFunction, outcome: TenantOutcome)]) {
        for (function, outcome) in outcomes where function.meetsRows {
            #expect(outcome.met, "\(function.name) meets nothing without its filter: \(outcome)")
        }
    }

    @Test(.enabled(if: TestServer.url != nil)) func rowSecurityAloneKeepsEachFromAnotherTenantsRows() async throws {
        let (test, full, other, before) = try await world(on: .postgres)
        let server = try test.server()
        let everything = try server.run(Self.everything)
        let outcomes = try await outcomes(on: test.engine, test, full, other, before)
        for (function, outcome) in outcomes {
            expectNothing(function, outcome)
        }
        #expect(try server.run(Self.everything) == everything)
        let meeting = outcomes.filter(\.function.meetsRows).count
        print("row-level security alone: \(outcomes.count) functions, \(meeting) of them meet rows, 0 foreign rows")
    }

    /// The same without row-level security: every function that meets rows meets the other's. So it is not the test
    /// that finds nothing.
    @Test func withoutRowSecurityEachMeetsThem() async throws {
        let (test, full, other, before) = try await world(on: .sqlite)
        expectLeaks(try await outcomes(on: test.engine, test, full, other, before))
    }

    @Test(.enabled(if: TestServer.url != nil)) func withoutForceTheOwnerMeetsThem() async throws {
        let (test, full, other, before) = try await world(on: .postgres)
        for table in TenantTables.all { try test.server().run("ALTER TABLE \(table) NO FORCE ROW LEVEL SECURITY") }
        let owner = try test.server().ownerEngine()
        expectLeaks(try await outcomes(on: owner, test, full, other, before))
        await owner.close()
    }

    /// Every row of every tenant table, byte by byte.
    private static let everything =
        TenantTables.all.sorted().map { "SELECT '\($0)' AS name, t.id, t::text FROM \($0) t" }
        .joined(separator: " UNION ALL ") + " ORDER BY name, id"

    /// A walk over the chain of another tenant's audit log breaks at the first entry.
    @Test(.everyEngine) func rowSecurityAloneKeepsAuditLogsApart() async throws {
        let (test, full, other, _) = try await world()
        let unfiltered = TenancyStore(
            engine: UnfilteredEngine(test.engine), keyRing: try #require(KeyRing([("old", TestStore.oldKey)])))
        for tenant in [full.tenant, other] {
            switch TestEngine.current {
            case .postgres: #expect(try await unfiltered.verifyAudit(of: tenant).kept == 1)
            case .sqlite:
                await #expect(throws: AuditBreak.self) { try await unfiltered.verifyAudit(of: tenant) }
            }
        }
    }
}
