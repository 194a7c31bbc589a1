/// Every variable that Clariva reads, by its name in the environment or the configuration file.
public enum ConfigurationVariable: String, Sendable, Hashable, CaseIterable {
    case httpHost = "CLARIVA_HTTP_HOST"
    case httpPort = "CLARIVA_HTTP_PORT"
    case publicURL = "CLARIVA_PUBLIC_URL"
    case databaseURL = "CLARIVA_DATABASE_URL"
    case encryptionKeys = "CLARIVA_ENCRYPTION_KEYS"
    case adminAPIKey = "CLARIVA_ADMIN_API_KEY"
    case rateLimitPerSecond = "CLARIVA_RATE_LIMIT_PER_SECOND"
    case webhookVerifyToken = "CLARIVA_WEBHOOK_VERIFY_TOKEN"
    case instagramAppID = "CLARIVA_INSTAGRAM_APP_ID"
    case instagramAppSecret = "CLARIVA_INSTAGRAM_APP_SECRET"
    case instagramAppSecretPrevious = "CLARIVA_INSTAGRAM_APP_SECRET_PREVIOUS"
    case facebookAppID = "CLARIVA_FACEBOOK_APP_ID"
    case facebookAppSecret = "CLARIVA_FACEBOOK_APP_SECRET"
    case facebookAppSecretPrevious = "CLARIVA_FACEBOOK_APP_SECRET_PREVIOUS"
    case facebookLoginConfigID = "CLARIVA_FACEBOOK_LOGIN_CONFIG_ID"
    case graphVersion = "CLARIVA_GRAPH_VERSION"
    case instagramAuthorizeURL = "CLARIVA_INSTAGRAM_AUTHORIZE_URL"
    case instagramAPIURL = "CLARIVA_INSTAGRAM_API_URL"
    case instagramGraphURL = "CLARIVA_INSTAGRAM_GRAPH_URL"
    case facebookAuthorizeURL = "CLARIVA_FACEBOOK_AUTHORIZE_URL"
    case facebookGraphURL = "CLARIVA_FACEBOOK_GRAPH_URL"
    case logLevel = "CLARIVA_LOG_LEVEL"
    case logFormat = "CLARIVA_LOG_FORMAT"
    case editHoldSeconds = "CLARIVA_EDIT_HOLD_SECONDS"
    case messagingWindowSeconds = "CLARIVA_MESSAGING_WINDOW_SECONDS"
    case unknownHoldSeconds = "CLARIVA_UNKNOWN_HOLD_SECONDS"
    case takeoverPauseSeconds = "CLARIVA_TAKEOVER_PAUSE_SECONDS"
    case loopGuardPerHour = "CLARIVA_LOOP_GUARD_PER_HOUR"
    case retentionPayloadDays = "CLARIVA_RETENTION_PAYLOAD_DAYS"
    case retentionEventDays = "CLARIVA_RETENTION_EVENT_DAYS"
    case retentionMessageDays = "CLARIVA_RETENTION_MESSAGE_DAYS"
    case retentionAuditDays = "CLARIVA_RETENTION_AUDIT_DAYS"
    case backupRetentionDays = "CLARIVA_BACKUP_RETENTION_DAYS"
    case jwtIssuer = "CLARIVA_JWT_ISSUER"
    case jwtAudience = "CLARIVA_JWT_AUDIENCE"
    case jwtJWKS = "CLARIVA_JWT_JWKS"
    case jwtTenantClaim = "CLARIVA_JWT_TENANT_CLAIM"
    case notifyURL = "CLARIVA_NOTIFY_URL"
    case notifySecret = "CLARIVA_NOTIFY_SECRET"
    case returnURLHosts = "CLARIVA_RETURN_URL_HOSTS"

    /// The known variable whose name is nearest to a mistyped one; `nil` where none is near.
    /// - Parameter name: as it was written.
    public static func nearest(to name: String) -> ConfigurationVariable? {
        let candidates = allCases.map { (variable: $0, distance: editDistance(name, $0.rawValue)) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(3, name.utf8.count / 3) ? best.variable : nil
    }

    /// Levenshtein's distance over bytes: how many of them have to be inserted, removed or replaced.
    private static func editDistance(_ one: String, _ other: String) -> Int {
        let other = Array(other.utf8)
        var row = Array(0...other.count)
        for (line, byte) in one.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in other.indices {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (byte == other[column] ? 0 : 1))
                diagonal = above
            }
        }
        return row[other.count]
    }
}
