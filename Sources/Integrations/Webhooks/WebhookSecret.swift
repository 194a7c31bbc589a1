public import Cryptography

/// One app secret that a signature may rest on. The gateway holds up to four: both apps', and during a rotation the
/// previous ones.
public struct WebhookSecret: Sendable {
    /// Whose secret it is; what it verified came through that app's flow.
    public let app: MetaApp
    /// The secret before the last rotation.
    public let isPrevious: Bool
    /// The secret as a key.
    public let key: HMACKey

    /// - Parameters:
    ///   - app: whose secret it is.
    ///   - isPrevious: whether it has been replaced.
    ///   - key: the secret's UTF-8 bytes as a key.
    public init(app: MetaApp, isPrevious: Bool = false, key: HMACKey) {
        self.app = app
        self.isPrevious = isPrevious
        self.key = key
    }
}

extension [WebhookSecret] {
    /// Tries each secret, also after one has matched, so that the time taken does not tell which one it was.
    /// - Parameters:
    ///   - code: 32 bytes.
    ///   - message: the bytes that were signed.
    /// - Returns: the first that made `code`.
    func signer(of code: [UInt8], over message: UnsafeRawBufferPointer) -> WebhookSecret? {
        var match: WebhookSecret?
        for secret in self {
            let isSigner = constantTimeEqual(unsafe secret.key.authenticate(message), code)
            if isSigner && match == nil { match = secret }
        }
        return match
    }

    /// The same for an array, which is not copied either.
    func signer(of code: [UInt8], over message: [UInt8]) -> WebhookSecret? {
        unsafe message.withUnsafeBytes { unsafe signer(of: code, over: $0) }
    }
}
