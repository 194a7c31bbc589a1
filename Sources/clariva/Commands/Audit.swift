import ArgumentParser

/// `clariva audit`
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The audit log: who did what to what, and when.", subcommands: [AuditVerify.self])
}
