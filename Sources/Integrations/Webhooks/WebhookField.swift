/// The names of webhook fields that Meta documents.
enum WebhookField {
    private static let documented: Set<String> = [
        "comments", "live_comments", "mentions", "story_insights", "messages", "message_edit", "message_edits",
        "message_echoes", "message_reactions", "message_reads", "message_deliveries", "messaging_postbacks",
        "messaging_seen", "messaging_referral", "messaging_referrals", "messaging_optins", "messaging_handover",
        "messaging_handovers", "messaging_policy_enforcement", "messaging_feedback", "messaging_account_linking",
        "standby", "feed", "mention", "share_to_feed",
    ]

    /// A name that may be logged: any other could hold anything.
    static func loggable(_ field: String) -> String {
        documented.contains(field) ? field : "other"
    }
}
