internal import Tenancy

/// What the Graph API could tell of a message's sender.
enum LookupResult: Sendable {
    /// A patient, or the account itself.
    case found(SenderEvidence)
    /// Every rung was tried and none had evidence.
    case nothing
    /// The token that was asked with is dead: its connection has to be renewed first.
    case tokenDead(ConnectionID, token: String?)
    /// Meta wants to be left alone for so many seconds; further calls lengthen the block.
    case throttled(seconds: Int, wholeApp: Bool)
}
