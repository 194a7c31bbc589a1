import ArgumentParser
import Foundation
import Integrations
import Tenancy

/// `clariva mid`
struct Mid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes Instagram message ids apart.", subcommands: [Decode.self])

    /// `clariva mid decode`
    struct Decode: ParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json
        }

        static let configuration = CommandConfiguration(
            abstract: "Shows account, thread, item, time and conversation id inside an Instagram mid.",
            discussion: """
                A mid names the account that sees the message, never its sender: no number in it is a patient's id. \
                Messenger's ids and placeholders are of another form; for those the exit status is 1.
                """)

        @Argument(help: "The message id as Meta wrote it.") var mid: String
        @Option(help: "text or json") var format: Format = .text

        func run() throws {
            guard let id = InstagramMessageID(mid) else {
                throw CommandFailure(.failed, "clariva: this is not an Instagram message id that can be taken apart")
            }
            let fields: [(name: String, value: String)] = [
                ("account", id.account), ("thread", "\(id.thread)"), ("item", "\(id.item)"),
                ("time", Timestamp(milliseconds: id.createdAt).rfc3339), ("conversation_id", id.conversationID),
            ]
            switch format {
            case .text:
                for field in fields {
                    print(field.name.padding(toLength: 17, withPad: " ", startingAt: 0) + field.value)
                }
            case .json:
                // Digits and base64: nothing in these values needs an escape.
                print("{" + fields.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}")
            }
        }
    }
}
