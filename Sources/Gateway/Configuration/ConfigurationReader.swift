internal import Cryptography
internal import Foundation
internal import Integrations
internal import Logging
internal import Storage

/// Builds the configuration from named values and reports every fault at once.
public struct ConfigurationReader: Sendable {
    private let lookup: @Sendable (String) -> String?
    private let names: [String]

    /// - Parameters:
    ///   - names: every name that is set, to find misspelt ones.
    ///   - lookup: gives the value of a name.
    public init(names: some Sequence<String>, lookup: @escaping @Sendable (String) -> String?) {
        self.names = names.filter { $0.hasPrefix("CLARIVA_") }.sorted()
        self.lookup = lookup
    }

    /// - Parameter values: names and values.
    public init(_ values: [String: String]) {
        self.init(names: values.keys) { values[$0] }
    }

    /// Names that begin with `CLARIVA_` and mean nothing: most likely misspelt.
    public var warnings: [ConfigurationFault] {
        names.filter { ConfigurationVariable(rawValue: $0) == nil }.map { name in
            let near = ConfigurationVariable.nearest(to: name)
            return ConfigurationFault(
                name: name, near.map { "is not known; did you mean \($0.rawValue)?" } ?? "is not known")
        }
    }

    /// - Throws: ``ConfigurationFaults`` with everything that is wrong.
    public func read() throws(ConfigurationFaults) -> GatewayConfiguration {
        var values = ConfigurationValues(lookup)
        let keys = encryptionKeys(&values)
        let token = values.requiredText(
            .webhookVerifyToken, "is required: the same text as in the App Dashboard's webhook settings")
        var configuration = GatewayConfiguration(encryptionKeys: keys, webhookVerifyToken: Secret(token ?? ""))
        service(&values, &configuration)
        apps(&values, &configuration)
        behaviour(&values, &configuration)
        extras(&values, &configuration)
        guard values.faults.isEmpty else { throw ConfigurationFaults(values.faults) }
        return configuration
    }

    private func service(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        configuration.host = values.text(.httpHost) ?? configuration.host
        configuration.port = values.integer(.httpPort, configuration.port, in: 0...65_535)
        configuration.publicURL = values.url(.publicURL, configuration.publicURL, hasPath: false)
        configuration.adminAPIKey = values.secret(.adminAPIKey)
        if let key = configuration.adminAPIKey, key.value.utf8.count < 16 {
            values.fail(.adminAPIKey, "must have at least 16 characters")
        }
        configuration.rateLimitPerSecond = values.integer(
            .rateLimitPerSecond, configuration.rateLimitPerSecond, in: 0...10_000)
        database(&values, &configuration)
        if let text = values.text(.logLevel) {
            if let level = Logger.Level(rawValue: text.lowercased()) {
                configuration.logLevel = level
            } else {
                let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                values.fail(.logLevel, "must be one of \(known)")
            }
        }
        configuration.logFormat = values.choice(.logFormat, configuration.logFormat)
    }

    private func database(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        guard let text = values.text(.databaseURL) else { return }
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            if path.isEmpty { values.fail(.databaseURL, "names no file: sqlite:PATH") }
            configuration.database = .sqlite(path: path)
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            do {
                configuration.database = .postgres(try PostgresConfiguration(url: text))
            } catch {
                values.fail(.databaseURL, error.context)
            }
        } else {
            values.fail(.databaseURL, "must be sqlite:PATH or postgres://...")
        }
    }

    private func encryptionKeys(_ values: inout ConfigurationValues) -> [GatewayConfiguration.EncryptionKey] {
        guard
            let text = values.requiredText(
                .encryptionKeys,
                "is required: id:base64-of-32-bytes, the newest first; `openssl rand -base64 32` makes one")
        else { return [] }
        var keys: [GatewayConfiguration.EncryptionKey] = []
        for (index, entry) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            let position = "key \(index + 1)"
            guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(Self.isIDCharacter) else {
                values.fail(
                    .encryptionKeys, "\(position) is not of the form id:base64, the id of letters, digits, - and _")
                continue
            }
            guard let data = Data(base64Encoded: parts[1]), let key = try? SealingKey([UInt8](data)) else {
                values.fail(.encryptionKeys, "\(position) is not 32 bytes in base64")
                continue
            }
            if keys.contains(where: { $0.id == parts[0] }) {
                values.fail(.encryptionKeys, "\(position) has the id of an earlier one")
                continue
            }
            keys.append(GatewayConfiguration.EncryptionKey(id: parts[0], key: key))
        }
        return keys
    }

    private static func isIDCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }

    private func apps(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        let before = values.faults.count
        let instagram = pair(&values, .instagramAppID, .instagramAppSecret)
        let facebook = pair(&values, .facebookAppID, .facebookAppSecret)
        if instagram == nil, facebook == nil, values.faults.count == before {
            values.fail(
                .instagramAppID,
                "no flow is configured: set the app id and secret of the Instagram app or of the Meta app")
        }
        let version = values.text(.graphVersion) ?? "v25.0"
        if version.wholeMatch(of: /v[0-9]{1,3}\.[0-9]{1,2}/) == nil {
            values.fail(.graphVersion, "must look like v25.0")
        }
        let standardInstagram = InstagramLoginConfiguration(appID: "", appSecret: "")
        let standardFacebook = FacebookPageConfiguration(appID: "", appSecret: "")
        let instagramGraph = values.url(.instagramGraphURL, standardInstagram.graphURL)
        let facebookGraph = values.url(.facebookGraphURL, standardFacebook.graphURL)
        let instagramDialog = values.url(.instagramAuthorizeURL, standardInstagram.authorizeURL, isBase: false)
        let instagramAPI = values.url(.instagramAPIURL, standardInstagram.apiURL)
        let facebookDialog = values.url(.facebookAuthorizeURL, standardFacebook.authorizeURL, isBase: false)
        configuration.instagramPreviousSecret = values.secret(.instagramAppSecretPrevious)
        configuration.facebookPreviousSecret = values.secret(.facebookAppSecretPrevious)
        let loginConfigID = values.text(.facebookLoginConfigID)
        configuration.instagram = instagram.map { app in
            InstagramLoginConfiguration(
                appID: app.id, appSecret: app.secret, authorizeURL: instagramDialog, apiURL: instagramAPI,
                graphURL: instagramGraph, facebookGraphURL: facebookGraph, version: version)
        }
        configuration.facebook = facebook.map { app in
            FacebookPageConfiguration(
                appID: app.id, appSecret: app.secret, loginConfigID: loginConfigID, authorizeURL: facebookDialog,
                graphURL: facebookGraph, instagramGraphURL: instagramGraph, version: version)
        }
    }

    /// An app's id and secret: both or neither.
    private func pair(
        _ values: inout ConfigurationValues, _ id: ConfigurationVariable, _ secret: ConfigurationVariable
    ) -> (id: String, secret: String)? {
        let before = values.faults.count
        let (idText, secretText) = (values.text(id), values.text(secret))
        guard values.faults.count == before else { return nil }
        switch (idText, secretText) {
        case (let idText?, let secretText?):
            if !idText.allSatisfy({ $0.isASCII && $0.isNumber }) { values.fail(id, "must be a number") }
            return (idText, secretText)
        case (nil, nil): return nil
        case (nil, _): values.fail(id, "is missing although \(secret.rawValue) is set")
        case (_, nil): values.fail(secret, "is missing although \(id.rawValue) is set")
        }
        return nil
    }

    private func behaviour(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        let pipeline = configuration.pipeline
        configuration.pipeline.editHold = values.integer(
            .editHoldSeconds, pipeline.editHold, in: 0...300)
        configuration.pipeline.messagingWindow = values.integer(
            .messagingWindowSeconds, pipeline.messagingWindow, in: 1...604_800)
        configuration.pipeline.unknownHold = values.integer(
            .unknownHoldSeconds, pipeline.unknownHold, in: 1...86_400)
        configuration.pipeline.takeoverPause = values.integer(
            .takeoverPauseSeconds, pipeline.takeoverPause, in: 0...2_592_000)
        configuration.pipeline.loopGuardPerHour = values.integer(
            .loopGuardPerHour, pipeline.loopGuardPerHour, in: 1...10_000)
        configuration.pipeline.backupDays = values.integer(.backupRetentionDays, pipeline.backupDays, in: 0...36_500)
        configuration.retention = Self.retention(&values, configuration.retention)
    }

    private func extras(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        configuration.jwt = Self.jwt(&values)
        notify(&values, &configuration)
        if let text = values.text(.returnURLHosts) {
            let hosts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
            if hosts.contains(where: { $0.wholeMatch(of: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/) == nil }) {
                values.fail(.returnURLHosts, "must be host names, separated by commas, without scheme or path")
            }
            configuration.returnURLHosts = Set(hosts)
        }
    }

    private func notify(_ values: inout ConfigurationValues, _ configuration: inout GatewayConfiguration) {
        // As it is written: a slash at its end is a part of the address.
        let url = values.text(.notifyURL)
        if url != nil { _ = values.url(.notifyURL, "", isBase: false) }
        switch (url, values.secret(.notifySecret)) {
        case (let url?, let secret?):
            if !NoticeSigner.isGood(secret) {
                values.fail(
                    .notifySecret,
                    "must have at least 24 characters, or be \(NoticeSigner.prefix) and 24 bytes in base64")
            }
            configuration.notify = GatewayConfiguration.Notify(url: url, secret: secret)
        case (nil, nil): break
        case (nil, _): values.fail(.notifyURL, "is missing although CLARIVA_NOTIFY_SECRET is set")
        case (_, nil): values.fail(.notifySecret, "is missing although CLARIVA_NOTIFY_URL is set")
        }
    }
}
