internal import COpenSSL

/// Random bytes of libcrypto's generator, fit for keys, nonces and tokens.
public enum RandomBytes {
    /// - Parameter count: how many bytes.
    /// - Returns: fresh random bytes.
    public static func make(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let status = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            // A generator that fails must never hand out predictable bytes: there is nothing sane to go on with.
            precondition(status == 1, "libcrypto has no entropy")
            filled = count
        }
    }
}
