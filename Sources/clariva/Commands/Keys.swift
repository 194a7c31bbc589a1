import ArgumentParser

/// `clariva keys`
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keys of the admin API, and the keys that seal the data.",
        discussion: "All of these may be used while the service runs.",
        subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self, KeysRotateEncryption.self])
}
