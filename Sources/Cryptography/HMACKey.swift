internal import COpenSSL

/// A key for HMAC-SHA256 (RFC 2104). The keyed state is prepared once and copied for each message.
@safe public final class HMACKey: Sendable {
    // SAFETY: the prepared context is only ever copied (EVP_MAC_CTX_dup reads it), never updated after init.
    nonisolated(unsafe) private let prepared: OpaquePointer

    /// Length of a code in bytes.
    public static let byteCount = 32

    /// - Parameter bytes: the key, of any length above zero.
    /// - Throws: ``CryptographyError/keyLength`` for an empty key.
    public init(_ bytes: [UInt8]) throws(CryptographyError) {
        guard !bytes.isEmpty else { throw .keyLength }
        unsafe prepared = try Self.prepare(bytes)
    }

    /// - Parameter text: the key as text; its UTF-8 bytes count.
    public convenience init(utf8 text: String) throws(CryptographyError) {
        try self.init(Array(text.utf8))
    }

    deinit {
        unsafe EVP_MAC_CTX_free(prepared)
    }

    /// - Parameter message: the very bytes.
    /// - Returns: the 32-byte code.
    public func authenticate(_ message: [UInt8]) -> [UInt8] {
        unsafe message.withUnsafeBytes { unsafe authenticate($0) }
    }

    /// - Parameter message: the very bytes, without a copy.
    /// - Returns: the 32-byte code.
    public func authenticate(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { out, filled in
            guard let context = unsafe EVP_MAC_CTX_dup(prepared) else {
                preconditionFailure("libcrypto is out of memory")
            }
            defer { unsafe EVP_MAC_CTX_free(context) }
            var written = 0
            let input = unsafe message.bindMemory(to: UInt8.self)
            let updated = unsafe EVP_MAC_update(context, input.baseAddress, input.count)
            let finished = unsafe EVP_MAC_final(context, out.baseAddress, &written, Self.byteCount)
            precondition(updated == 1 && finished == 1 && written == Self.byteCount, "libcrypto cannot compute HMAC")
            filled = Self.byteCount
        }
    }

    /// Compares in constant time.
    /// - Returns: whether `code` authenticates `message`.
    public func verifies(_ code: [UInt8], of message: [UInt8]) -> Bool {
        constantTimeEqual(code, authenticate(message))
    }

    private static func prepare(_ bytes: [UInt8]) throws(CryptographyError) -> OpaquePointer {
        guard let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else { throw .library("EVP_MAC_fetch") }
        defer { unsafe EVP_MAC_free(mac) }
        guard let context = unsafe EVP_MAC_CTX_new(mac) else { throw .library("EVP_MAC_CTX_new") }
        var digestName = Array("SHA256".utf8CString)
        let status = unsafe digestName.withUnsafeMutableBufferPointer { name in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe bytes.withUnsafeBufferPointer { key in
                unsafe EVP_MAC_init(context, key.baseAddress, key.count, parameters)
            }
        }
        guard status == 1 else {
            unsafe EVP_MAC_CTX_free(context)
            throw .library("EVP_MAC_init")
        }
        return unsafe context
    }
}
