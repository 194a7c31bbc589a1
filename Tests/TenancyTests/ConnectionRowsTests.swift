import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct ConnectionRowsTests {
    @Test func aConnectionComesBackAsItWasStored() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let connection = test.connection(of: id) {
            $0.facebookPageID = "555"
            $0.reason = .tokenExpiring
            $0.pausedUntil = test.now
            $0.senderlessOwnSeen = true
            $0.updatedAt = test.now.adding(seconds: 1)
        }
        try await test.store.write(id) { try $0.insertConnection(connection) }
        #expect(try await test.store.read(id) { try $0.connection(connection.id) } == connection)
        var changing = connection
        changing.state = .degraded
        changing.username = nil
        changing.aliases = ["x", "y"]
        let changed = changing
        #expect(try await test.store.write(id) { try $0.updateConnection(changed) })
        #expect(try await test.store.read(id) { try $0.connections() } == [changed])
    }

    @Test(.sqliteOnly) func noTokenAndNoUserNameIsReadableOnDisk() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let connection = test.connection(of: id)
        try await test.store.write(id) { rows in
            try rows.insertConnection(connection)
            try rows.storeToken(connection.id, "IGAA-refreshed-token", issuedAt: test.now, expiresAt: nil)
        }
        let disk = try test.bytesOnDisk()
        #expect(disk.range(of: Data(connection.instagramPageID.utf8)) != nil, "the search itself must work")
        for secret in ["IGAA-very-secret-token", "IGAA-refreshed-token", "praxis_nord_berlin"] {
            #expect(disk.range(of: Data(secret.utf8)) == nil)
        }
    }

    @Test func oneTenantsConnectionsAreInvisibleToAnother() async throws {
        let test = try await TestStore()
        let mine = try await test.tenant().id
        let other = try await test.tenant("Praxis Süd").id
        let connection = test.connection(of: mine)
        try await test.store.write(mine) { try $0.insertConnection(connection) }
        try await test.store.write(other) { rows in
            #expect(try rows.connection(connection.id) == nil)
            #expect(try rows.connections().isEmpty)
            #expect(try !rows.updateConnection(connection))
            #expect(try !rows.setState(of: connection.id, to: .disconnected, reason: .requested, now: test.now))
            try rows.destroyToken(connection.id)
            try rows.pause(connection.id, until: test.now)
        }
        #expect(try await test.store.read(mine) { try $0.connection(connection.id) } == connection)
    }

    @Test func onlyOneConnectionAnswers() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let first = test.connection(of: id)
        let second = test.connection(of: id, state: .degraded)
        try await test.store.write(id) { try $0.insertConnection(first) }
        await #expect(throws: StorageError.self) { try await test.store.write(id) { try $0.insertConnection(second) } }
        try await test.store.write(id) { rows in
            try rows.setState(of: first.id, to: .disconnected, reason: .replaced, now: test.now)
            try rows.insertConnection(second)
        }
        #expect(try await test.store.read(id) { try $0.answeringConnection() } == second)
    }

    @Test func anAccountIsAnsweredByTheConnectionThatCan() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let states: [Connection.State] = [.active, .reconnectRequired, .pending, .disconnected]
        let all = states.map { state in test.connection(of: id, state: state) { $0.facebookPageID = "555" } }
        try await test.store.write(id) { rows in for connection in all { try rows.insertConnection(connection) } }
        for (index, connection) in all.enumerated() {
            for account in [connection.instagramPageID, "555", "9001"] {
                let found = try await test.store.read(id) { try $0.connection(answeringFor: account) }
                #expect(found?.state == (index == 3 ? nil : connection.state))
            }
            try await test.store.write(id) {
                try $0.setState(of: connection.id, to: .disconnected, reason: .requested, now: test.now)
            }
        }
        #expect(try await test.store.read(id) { try $0.connection(answeringFor: "1") } == nil)
    }

    @Test func everyIDThatMeansTheAccountIsItsOwn() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let one = test.connection(of: id, account: "1")
        let two = test.connection(of: id, account: "2", state: .pending) {
            $0.facebookPageID = "3"
            $0.aliases = ["4"]
        }
        let three = test.connection(of: id, account: "5", state: .disconnected) {
            $0.aliases = []
            $0.appUserID = "6"
        }
        try await test.store.write(id) { rows in for item in [one, two, three] { try rows.insertConnection(item) } }
        let stored = try await test.store.read(id) { try $0.connections() }
        #expect(Set(stored.map(\.ownIDs)) == [["1", "9001"], ["2", "3", "4", "9001"], ["5", "6"]])
    }

    @Test func anEndedConnectionStaysEnded() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let connection = test.connection(of: id)
        try await test.store.write(id) { rows in
            try rows.insertConnection(connection)
            #expect(try rows.setState(of: connection.id, to: .reconnectRequired, reason: .tokenDead, now: test.now))
            #expect(try !rows.setState(of: connection.id, to: .active, reason: nil, now: test.now))
            #expect(try rows.setState(of: connection.id, to: .disconnected, reason: .requested, now: test.now))
            try rows.destroyToken(connection.id)
            for state in Connection.State.allCases {
                #expect(try !rows.setState(of: connection.id, to: state, reason: nil, now: test.now))
            }
            #expect(try !rows.storeToken(connection.id, "late", issuedAt: test.now, expiresAt: nil))
        }
        let ended = try await test.store.read(id) { try $0.connection(connection.id) }
        #expect(ended?.state == .disconnected && ended?.reason == .requested && ended?.token == nil)
    }

    @Test func webhooksAreNotedOnceAMinute() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let connection = test.connection(of: id)
        try await test.store.write(id) { try $0.insertConnection(connection) }
        for (seconds, expected) in [(0, 0), (30, 0), (60, 0), (61, 61), (100, 61)] {
            try await test.store.write(id) {
                try $0.noteWebhook(connection.id, receivedAt: test.now.adding(seconds: seconds))
            }
            let seen = try await test.store.read(id) { try $0.connection(connection.id)?.lastWebhookAt }
            #expect(seen == test.now.adding(seconds: expected))
        }
    }

    @Test func singleChangesTouchTheirColumnAlone() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        var expected = test.connection(of: id)
        let connection = expected
        let later = test.now.adding(seconds: 7)
        try await test.store.write(id) { rows in
            try rows.insertConnection(connection)
            try rows.pause(connection.id, until: later)
            try rows.noteSent(connection.id, now: later)
            try rows.noteSenderlessOwn(connection.id)
            try rows.storeToken(connection.id, "fresh", issuedAt: later, expiresAt: nil)
        }
        expected.pausedUntil = later
        expected.lastSentAt = later
        expected.senderlessOwnSeen = true
        expected.token = "fresh"
        expected.tokenIssuedAt = later
        expected.tokenExpiresAt = nil
        #expect(try await test.store.read(id) { try $0.connection(connection.id) } == expected)
    }

    @Test func aPersonsConnectionsAreFoundAcrossTenants() async throws {
        let test = try await TestStore()
        var made: [ConnectionID] = []
        for state in [Connection.State.active, .reconnectRequired, .disconnected] {
            let id = try await test.tenant().id
            let connection = test.connection(of: id, state: state)
            try await test.store.write(id) { try $0.insertConnection(connection) }
            made.append(connection.id)
        }
        let found = try await test.store.readGlobal(.operators) {
            try $0.connections(ofAppUser: "9001", flows: [TestStore.flow])
        }
        #expect(found.map(\.1) == Array(made.prefix(2)))
        let otherApp = try await test.store.readGlobal(.operators) {
            try $0.connections(ofAppUser: "9001", flows: [Flow(rawValue: "facebook_page")])
        }
        #expect(otherApp.isEmpty)
    }
}
