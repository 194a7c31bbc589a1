import Testing

@testable import Storage

struct PostgresConfigurationTests {
    @Test func takesItsOwnParametersOutOfTheAddress() throws {
        let plain = try PostgresConfiguration(url: "postgres://clariva@db/clariva?sslmode=verify-full")
        #expect(plain.usesPreparedStatements)
        #expect(plain.address == "postgres://clariva@db/clariva?sslmode=verify-full")
        let pooled = try PostgresConfiguration(
            url: "postgresql://clariva@db/clariva?clariva_prepared=off&sslmode=require&clariva_connections=3")
        #expect(!pooled.usesPreparedStatements)
        #expect(pooled.maxConnections == 3)
        #expect(pooled.address == "postgresql://clariva@db/clariva?sslmode=require")
        #expect(try PostgresConfiguration(url: "postgres:///x?clariva_prepared=on").address == "postgres:///x")
    }

    @Test func isPrintedWithoutItsAddress() throws {
        let configuration = try PostgresConfiguration(url: "postgres://u:secret@db/x")
        for text in ["\(configuration)", String(reflecting: configuration), "\([configuration])"] {
            #expect(!text.contains("secret"))
        }
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test(arguments: [
        "", "clariva.db", "sqlite:clariva.db", "postgres://u:secret@db/x?no_such=1",
        "postgres://u:secret%zz@db/x", "postgres://u:secret@db/x?clariva_prepared=maybe",
        "postgres://u:secret@db/x?clariva_unknown=1", "postgres://u:secret@db/x?clariva_connections=0",
        "postgres://u:secret@db/x?clariva_connections",
    ])
    func refusesAnAddressWithoutQuotingIt(_ url: String) {
        let error = #expect(throws: StorageError.self) { try PostgresConfiguration(url: url) }
        #expect(error?.description.contains("secret") == false)
    }
}
