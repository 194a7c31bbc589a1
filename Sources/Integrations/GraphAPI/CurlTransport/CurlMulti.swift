internal import CCurl

/// Owns libcurl's multi handle: the pool of connections and the transfers on them.
///
/// SAFETY: all but ``wakeUp()`` is called by the loop's thread alone (and by `init` before that thread exists).
/// `curl_multi_wakeup` may come from any thread, and never after ``close()``: the loop calls both under one lock.
@safe final class CurlMulti: @unchecked Sendable {
    private var handle: UnsafeMutableRawPointer?

    /// libcurl wants this once a process, before anything else; the program ignores SIGPIPE as `CURLOPT_NOSIGNAL` asks.
    private static let isReady: Bool = {
        CurlSignals.ignoreBrokenPipe()
        return clariva_curl_global_init() == CURLE_OK
    }()

    init(_ configuration: CurlConfiguration) throws(TransportError) {
        guard Self.isReady, let made = unsafe curl_multi_init() else { throw .notSent(.other) }
        // How many idle connections are kept; CurlQueue limits those in use.
        guard unsafe clariva_curl_multi_set_long(made, CURLMOPT_MAXCONNECTS, configuration.maxConnections) == CURLM_OK
        else {
            unsafe curl_multi_cleanup(made)
            throw .notSent(.other)
        }
        unsafe handle = made
    }

    deinit {
        close()
    }

    func close() {
        guard let closing = unsafe handle else { return }
        unsafe handle = nil
        unsafe curl_multi_cleanup(closing)
    }

    func wakeUp() {
        guard let handle = unsafe handle else { return }
        unsafe curl_multi_wakeup(handle)
    }

    func add(_ easy: CurlEasy) throws(TransportError) {
        let isAdded = unsafe easy.withHandle { unsafe curl_multi_add_handle(handle, $0) == CURLM_OK }
        guard isAdded else { throw .notSent(.other) }
    }

    func remove(_ easy: CurlEasy) {
        unsafe easy.withHandle { _ = unsafe curl_multi_remove_handle(handle, $0) }
    }

    /// Moves every transfer on as far as it goes without waiting.
    func perform() {
        var running: Int32 = 0
        _ = unsafe curl_multi_perform(handle, &running)
    }

    /// Waits for a socket, a timer of libcurl's own or ``wakeUp()``.
    func wait(atMost longest: Duration) {
        _ = unsafe curl_multi_poll(handle, nil, 0, Int32(clamping: longest.wholeMilliseconds), nil)
    }

    /// - Returns: the next transfer that has ended, by the address of its handle.
    func nextCompleted() -> (address: UInt, code: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            return (UInt(bitPattern: easy), unsafe message.pointee.data.result)
        }
        return nil
    }
}
