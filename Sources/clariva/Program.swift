import ArgumentParser
import Foundation

/// The entry: runs the subcommand and turns what it throws into an exit status.
@main
enum Program {
    static func main() async {
        // What this program writes (database, lock, temporary files) is nobody else's to read.
        umask(0o077)
        // A reader that goes away must not end the service; writes report it instead.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Clariva.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            write(failure.message, to: .standardError)
            exit(failure.status.rawValue)
        } catch {
            let code = Clariva.exitCode(for: error)
            let message = Clariva.fullMessage(for: error)
            if !message.isEmpty { write(message, to: code.isSuccess ? .standardOutput : .standardError) }
            // The parser calls bad usage 64 (EX_USAGE); `ExitStatus` calls it 2.
            exit(code == .validationFailure ? ExitStatus.badUsage.rawValue : code.isSuccess ? 0 : 1)
        }
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // There is nobody left to tell where the stream is closed.
        try? handle.write(contentsOf: Data((text + "\n").utf8))
    }
}
