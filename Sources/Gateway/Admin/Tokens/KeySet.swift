internal import Integrations

/// The keys that an issuer publishes (RFC 7517): which of them counts for a token is decided here.
struct KeySet: Sendable {
    /// Those that can verify a signature; the others are passed over (RFC 7517, 5).
    let keys: [VerificationKey]

    /// - Parameter json: as it was read.
    /// - Throws: ``KeySetFault/malformed`` or ``KeySetFault/noKeys``.
    init(_ json: [UInt8]) async throws(KeySetFault) {
        guard let entries = (try? JSONValue.parse(json))?["keys"]?.array else { throw .malformed }
        var keys: [VerificationKey] = []
        for entry in entries {
            if let key = await VerificationKey(entry) { keys.append(key) }
        }
        guard !keys.isEmpty else { throw .noKeys }
        self.keys = keys
    }

    /// Proves that one of the keys signed a token.
    ///
    /// A token that names a key is checked with that one and no other; one that names none only where there is one. The
    /// algorithm must be the key's own.
    /// - Throws: ``TokenFault``.
    func verify(_ token: SignedToken) throws(TokenFault) {
        guard token.keyID != nil || keys.count == 1 else { throw .keyNotNamed }
        // Keys of different types may share an id (RFC 7517, 4.5).
        let named = keys.filter { token.keyID == nil || $0.id == token.keyID }
        guard !named.isEmpty else { throw .keyUnknown }
        let fitting = named.filter { $0.takes(token.algorithm) }
        guard !fitting.isEmpty else { throw .algorithm }
        guard fitting.contains(where: { $0.hasSigned(token) }) else { throw .signature }
    }

    /// Whether a newer set could verify what this one does not.
    static func mayBeOutdated(_ fault: TokenFault, for token: SignedToken) -> Bool {
        // Whoever publishes one key without an id changes it without telling.
        fault == .keyUnknown || (fault == .signature && token.keyID == nil)
    }
}
