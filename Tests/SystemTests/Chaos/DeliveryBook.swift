import Foundation
import Integrations
import Synchronization

/// Carries the sandbox's webhooks to the gateways and keeps the sender's side of the books: what was answered with 200.
final class DeliveryBook: HTTPTransport {
    /// One item of a webhook that was answered with 200.
    struct Item: Sendable, Hashable {
        var account: String
        var mid: String?
        /// It is the patient's message itself, with its sender: nothing has to be waited for.
        var isDirect: Bool
        /// The first attempt to deliver it, and the first 200, in milliseconds of the run.
        var posted: Int64
        var acknowledged: Int64
    }

    private struct State {
        /// By the hash of its bytes, which never change, when a body was first posted.
        var firstPosts: [Int: Int64] = [:]
        /// By the hash of its place and its content: what comes twice is one item.
        var items: [Int: Item] = [:]
        var statuses: [Int: Int] = [:]
        var turn = 0
        var lastAcknowledged: Int64?
        var longestSilence: Int64 = 0
    }

    private let inner: CurlTransport
    private let ports: [Int]
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter ports: of the gateways, which take turns.
    init(_ inner: CurlTransport, ports: [Int]) {
        self.inner = inner
        self.ports = ports
    }

    /// Milliseconds of the run.
    var now: Int64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// How many POSTs were answered with each status; 0 is no answer.
    var statuses: [Int: Int] { state.withLock { $0.statuses } }
    var items: [Item] { state.withLock { Array($0.items.values) } }
    /// The longest time without a 200, in milliseconds.
    var longestSilence: Int64 { state.withLock { $0.longestSilence } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let body = request.body ?? []
        let key = body.hashValue
        let now = now
        var request = request
        let (posted, port) = state.withLock { state in
            state.turn += 1
            let posted = state.firstPosts[key] ?? now
            state.firstPosts[key] = posted
            return (posted, ports[state.turn % ports.count])
        }
        request.url = "http://127.0.0.1:\(port)/webhooks/meta"
        do {
            let response = try await inner.send(request)
            note(response.status, body, posted: posted)
            return response
        } catch {
            note(0, body, posted: posted)
            throw error
        }
    }

    private func note(_ status: Int, _ body: [UInt8], posted: Int64) {
        let now = now
        let found = status == 200 ? Self.items(of: body) : []
        state.withLock { state in
            state.statuses[status, default: 0] += 1
            for (content, item) in found where state.items[content] == nil {
                var item = item
                (item.posted, item.acknowledged) = (posted, now)
                state.items[content] = item
            }
            guard status == 200 else { return }
            if let last = state.lastAcknowledged { state.longestSilence = max(state.longestSilence, now - last) }
            state.lastAcknowledged = now
        }
    }

    /// - Returns: each item with the hash of its place and content.
    private static func items(of body: [UInt8]) -> [(content: Int, item: Item)] {
        guard let whole = try? JSONValue.parse(body) else { return [] }
        return (whole["entry"]?.array ?? []).flatMap { entry in
            (entry["messaging"]?.array ?? []).map { item in
                let mid = item.object?.compactMap { $0.value["mid"]?.string }.first
                let message = item["message"]
                let isDirect =
                    message != nil && message?["is_echo"] == nil && item["sender"]?["id"]?.identifier != nil
                let account = entry["id"]?.string ?? ""
                let content = "\(whole["object"]?.string ?? "") \(account) \(item.text())"
                return (
                    content.hashValue,
                    Item(account: account, mid: mid, isDirect: isDirect, posted: 0, acknowledged: 0)
                )
            }
        }
    }
}
