/// The numbers by which messages are answered; each has a variable of its own in the configuration.
public struct PipelineSettings: Sendable, Hashable {
    /// How long an unknown `num_edit` 0 waits for its `message`, in seconds.
    public var editHold = 8
    /// How long after a message it may be answered, in seconds (Meta: 24 h).
    public var messagingWindow = 86_400
    /// How long an unknown outcome blocks its conversation before it is held, in seconds.
    public var unknownHold = 600
    /// How long a person's own message pauses a conversation, in seconds.
    public var takeoverPause = 43_200
    /// Automated replies per conversation and hour.
    public var loopGuardPerHour = 30
    /// Replies of one tenant that may be worked at at the same time (composed, sent, read back), so that one whose calls
    /// hang leaves room.
    public var sendsPerTenant = 16
    /// Of those, how many may be read back: each of a tenant's accounts may be asked twice a second anyway.
    public var readingsPerTenant = 4
    /// Replies worked at at the same time in all.
    public var sendsInAll = 256
    /// Sender look-ups at the same time in all.
    public var lookupsInAll = 64
    /// Sender look-ups of one tenant at the same time; each of its accounts may be asked twice a second anyway.
    public var lookupsPerTenant = 8
    /// So many accounts have to fail within a minute before Meta is blamed and not they.
    public var burstAccounts = 5

    /// How long a backup of the database is kept, in days: receipts of erasures name the day on which the last one ends.
    public var backupDays = 35

    /// Ids of the configured Meta apps: an echo that names one of them is no person's message.
    public var ownAppIDs: Set<String> = []

    /// The defaults, without own apps.
    public init() {}
}
