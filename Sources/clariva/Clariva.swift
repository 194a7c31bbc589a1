import ArgumentParser

/// The program: one subcommand a file.
struct Clariva: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clariva",
        abstract: "Answers Instagram direct messages for doctors' practices, each message once and to its sender.",
        discussion: """
            The configuration comes from the environment (CLARIVA_...) and, with --config FILE, from a file with the \
            same keys, one KEY=value a line; what is in the environment counts before what is in the file.

            Exit status: 0 done, 1 failed, 2 bad usage, 78 bad configuration.
            """,
        subcommands: [
            Serve.self, Migrate.self, Sandbox.self, Demo.self, Doctor.self, Keys.self, Mid.self, Events.self,
            Audit.self, OpenAPI.self,
        ])
}
