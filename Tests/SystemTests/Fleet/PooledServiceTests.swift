import Foundation
import Storage
import TestSupport
import Testing

/// The whole service behind a pooler in transaction mode, which gives each transaction whichever connection is free.
@Suite(
    .enabled(if: TestServer.url != nil),
    .enabled(if: PgBouncer.path != nil || TestServer.isCI, "pgbouncer is not installed"), .serialized,
    .hangLimit)
struct PooledServiceTests {
    private static let connections = 5

    @Test func gatewayAndWorkersWorkThroughAPoolerInTransactionMode() async throws {
        let database = try await ServiceDatabase()
        // Fewer connections than any one of the processes would have.
        let pooler = try PgBouncer(before: database.url, connections: Self.connections)
        let fleet = try await Fleet(database, url: pooler.url("clariva_prepared=off"))
        let gateway = try await fleet.startGateway()
        let (one, other) = (try await fleet.startWorker(), try await fleet.startWorker())
        _ = try await fleet.shared([one.id: 16, other.id: 16])
        let doctors = [
            try await fleet.clinic.connect("dr_ost", flow: "instagram_login"),
            try await fleet.clinic.connect("dr_west", flow: "facebook_page"),
        ]
        var patients: [String] = []
        func write(_ name: String) async throws {
            for doctor in doctors {
                patients.append("\(name)_\(doctor.username)")
                try await fleet.write(to: doctor, as: "\(name)_\(doctor.username)")
            }
            #expect(try await fleet.answered(atLeast: patients.count) == patients.sorted())
        }
        for name in ["anna", "bert", "cora"] { try await write(name) }

        // Shards move, when one worker goes and when another comes; the work goes with them.
        try await fleet.stop([one.process])
        _ = try await fleet.shared([other.id: 32])
        try await write("dora")
        let third = try await fleet.startWorker()
        _ = try await fleet.shared([other.id: 16, third.id: 16])
        try await write("emil")

        try await rowSecurityHolds(database, pooler, doctors, rows: patients.count / doctors.count)
        let backends = try #require(
            Int(
                try database.run(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND usename = 'clariva_app'
                    """)[0]))
        #expect((1...Self.connections).contains(backends), "the processes do not go past the pooler")
        try await fleet.stop([gateway, other.process, third.process])
    }

    /// Transactions of two tenants take turns on few connections, beside the service that uses them as well.
    private func rowSecurityHolds(
        _ database: ServiceDatabase, _ pooler: PgBouncer, _ doctors: [Doctor], rows: Int
    ) async throws {
        let engine = PostgresEngine(try PostgresConfiguration(url: pooler.url("clariva_prepared=off")))
        let tenants = try doctors.map { try #require(Identifier($0.tenant)) }
        for turn in 0..<20 {
            let (own, other) = (tenants[turn % 2], tenants[1 - turn % 2])
            for table in ["messages", "replies", "patients", "events", "connections"] {
                let seen = try await engine.read(.tenant(own)) { transaction in
                    try transaction.query("SELECT DISTINCT tenant_id FROM \(table)", []).map { row in
                        var columns = row.columns
                        return try columns.id()
                    }
                }
                #expect(seen == [own], "\(table)")
                let none = try await engine.read(.global) { try $0.query("SELECT 1 FROM \(table)", []).count }
                #expect(none == 0, "\(table)")
            }
            let changed = try await engine.write(.tenant(own)) { transaction in
                try transaction.execute("UPDATE patients SET username = NULL WHERE tenant_id = ?1", [.id(other)])
            }
            #expect(changed == 0)
        }
        // Somebody who comes to such a connection and says nothing sees nothing, or fails.
        let bare = try TestServer.runEach(["SELECT count(*) FROM messages"], on: pooler.url(""))
        #expect(bare.allSatisfy { $0 == "0" })
        let counted = try database.run("SELECT count(*) FROM messages WHERE direction = 'inbound' GROUP BY tenant_id")
        #expect(counted == doctors.map { _ in String(rows) })
        await engine.close()
    }
}
