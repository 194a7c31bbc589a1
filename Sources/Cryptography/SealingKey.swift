internal import COpenSSL

/// A 256-bit key for AES-256-GCM (NIST SP 800-38D).
///
/// A sealed value is `version (1) | nonce (12) | ciphertext | tag (16)`. Nonces are random: one key must not seal more
/// than 2^32 values, which is why each tenant has a key of its own.
public struct SealingKey: Sendable {
    /// Length of a key in bytes.
    public static let byteCount = 32
    /// By how much a sealed value is longer than its text.
    public static let overhead = 1 + nonceCount + tagCount

    private static let nonceCount = 12
    private static let tagCount = 16
    private static let version: UInt8 = 1
    private static let algorithm = Algorithm()

    private let bytes: [UInt8]

    /// - Parameter bytes: 32 bytes.
    public init(_ bytes: [UInt8]) throws(CryptographyError) {
        guard bytes.count == Self.byteCount else { throw .keyLength }
        self.bytes = bytes
    }

    /// A fresh key, with the bytes to wrap it.
    public static func generate() -> (key: SealingKey, bytes: [UInt8]) {
        let bytes = RandomBytes.make(byteCount)
        return (SealingKey(unchecked: bytes), bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameters:
    ///   - plaintext: what to hide.
    ///   - associated: what the value is bound to; opening needs the same bytes.
    public func seal(_ plaintext: [UInt8], associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let context = try Context()
        var failure: String?
        let sealed = unsafe [UInt8](unsafeUninitializedCapacity: plaintext.count + Self.overhead) { out, filled in
            guard let base = out.baseAddress else { return }
            let nonce = unsafe base + 1
            let body = unsafe nonce + Self.nonceCount
            unsafe base.pointee = Self.version
            var length: Int32 = 0
            let done =
                unsafe RAND_bytes(nonce, Int32(Self.nonceCount)) == 1
                && EVP_EncryptInit_ex2(context.pointer, Self.algorithm.pointer, bytes, nonce, nil) == 1
                && EVP_EncryptUpdate(context.pointer, nil, &length, associated, Int32(associated.count)) == 1
                && EVP_EncryptUpdate(context.pointer, body, &length, plaintext, Int32(plaintext.count)) == 1
                && EVP_EncryptFinal_ex(context.pointer, body + plaintext.count, &length) == 1
                && EVP_CIPHER_CTX_ctrl(
                    context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagCount), body + plaintext.count) == 1
            guard done else {
                failure = "AES-GCM seal"
                return
            }
            filled = plaintext.count + Self.overhead
        }
        if let failure { throw .library(failure) }
        return sealed
    }

    /// - Parameters:
    ///   - sealed: what ``seal(_:associated:)`` gave.
    ///   - associated: the same bytes as then.
    /// - Throws: ``CryptographyError/authentication`` for a wrong key, other associated data or a changed value;
    ///   ``CryptographyError/malformed`` for what cannot be a sealed value.
    public func open(_ sealed: [UInt8], associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.overhead, sealed.first == Self.version else { throw .malformed }
        let context = try Context()
        let count = sealed.count - Self.overhead
        var tag = Array(sealed.suffix(Self.tagCount))
        var authentic = false
        let plaintext = unsafe sealed.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: count) { out, filled in
                guard let base = input.baseAddress else { return }
                let nonce = unsafe base + 1
                let body = unsafe nonce + Self.nonceCount
                var length: Int32 = 0
                var scratch: UInt8 = 0
                let prepared =
                    unsafe EVP_DecryptInit_ex2(context.pointer, Self.algorithm.pointer, bytes, nonce, nil) == 1
                    && EVP_DecryptUpdate(context.pointer, nil, &length, associated, Int32(associated.count)) == 1
                    && EVP_DecryptUpdate(context.pointer, out.baseAddress, &length, body, Int32(count)) == 1
                    && EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagCount), &tag) == 1
                authentic = unsafe prepared && EVP_DecryptFinal_ex(context.pointer, &scratch, &length) == 1
                // Unauthenticated text must not leave: an unfilled array is released without being read.
                filled = authentic ? count : 0
            }
        }
        guard authentic else { throw .authentication }
        return plaintext
    }

    /// One cipher context; freed with its owner.
    @safe private final class Context {
        let pointer: OpaquePointer

        init() throws(CryptographyError) {
            guard let pointer = unsafe EVP_CIPHER_CTX_new() else { throw .library("EVP_CIPHER_CTX_new") }
            unsafe self.pointer = pointer
        }

        deinit {
            unsafe EVP_CIPHER_CTX_free(pointer)
        }
    }

    @safe private final class Algorithm: Sendable {
        // SAFETY: an EVP_CIPHER is immutable after its fetch and lives as long as the process.
        nonisolated(unsafe) let pointer: OpaquePointer?

        init() {
            unsafe pointer = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
        }
    }
}
