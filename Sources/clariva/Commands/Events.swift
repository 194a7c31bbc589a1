import ArgumentParser

/// `clariva events`
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What arrived from Meta.", subcommands: [EventsReplay.self])
}
