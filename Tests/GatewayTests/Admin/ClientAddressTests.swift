import NIOCore
import Testing

@testable import Gateway

@Suite struct ClientAddressTests {
    private func address(_ peer: String, _ forwarded: String? = nil) throws -> ClientAddress {
        ClientAddress(peer: try SocketAddress(ipAddress: peer, port: 40_000), forwarded: forwarded)
    }

    @Test(arguments: ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
    func aProxyOnTheSameMachineIsBelieved(_ proxy: String) throws {
        #expect(try address(proxy, "203.0.113.7") == address("203.0.113.7"))
        #expect(try address(proxy, "198.51.100.1, 203.0.113.7") == address("203.0.113.7"))
        #expect(try address(proxy, "2001:db8::1") == address("2001:db8::1"))
        for odd in ["", "unknown", "203.0.113.7:80", "203.0.113.7,"] {
            _ = try address(proxy, odd)
        }
        #expect(try address("127.0.0.1", "unknown") == address("127.0.0.1"))
    }

    @Test func nobodyElseIs() throws {
        #expect(try address("198.51.100.1", "203.0.113.7") == address("198.51.100.1"))
        #expect(try address("198.51.100.1") != address("198.51.100.2"))
    }

    @Test func aNetworkOfIPv6IsOneCaller() throws {
        #expect(try address("2001:db8:1:2::1") == address("2001:db8:1:2:ffff::2"))
        #expect(try address("2001:db8:1:2::1") != address("2001:db8:1:3::1"))
        #expect(try address("::ffff:203.0.113.7") == address("203.0.113.7"))
    }
}
