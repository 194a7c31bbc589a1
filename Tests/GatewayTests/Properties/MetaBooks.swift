import MetaSandbox

@testable import MetaSandbox

/// What Meta knows of a world's messages. One message may have an id in each flow: here it has one number.
struct MetaBooks {
    /// What the service sent and Meta accepted.
    let sends: [AcceptedSend]
    private let numbers: [String: Int]
    private let messages: [SandboxMessage]

    init(_ sandbox: SandboxControl) {
        (sends, messages, numbers) = sandbox.apply { world in
            let numbers = world.messagesByMid.map { ($0.key.mid, $0.value) }
            return (world.sends, world.messages, Dictionary(numbers) { first, _ in first })
        }
    }

    /// The message that an id means, whichever flow's id it is.
    func number(_ mid: String?) -> Int? { mid.flatMap { numbers[$0] } }

    /// Account, person and channel of a message.
    func thread(_ number: Int) -> ThreadKey { messages[number].thread }
}
