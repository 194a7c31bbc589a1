internal import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// Length of a digest in bytes.
    public static let byteCount = 32

    /// Fetched once: a fetch by name on each call costs more than the digest of a short text.
    private static let algorithm = Algorithm()

    /// - Parameter bytes: what to digest.
    /// - Returns: 32 bytes.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { out, filled in
            let status = unsafe bytes.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, out.baseAddress, nil, algorithm.pointer, nil)
            }
            precondition(status == 1, "libcrypto cannot compute SHA-256")
            filled = byteCount
        }
    }

    @safe private final class Algorithm: Sendable {
        // SAFETY: an EVP_MD is immutable after its fetch and lives as long as the process.
        nonisolated(unsafe) let pointer: OpaquePointer?

        init() {
            unsafe pointer = EVP_MD_fetch(nil, "SHA256", nil)
        }
    }
}
