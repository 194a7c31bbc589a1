internal import CCurl

/// Owns one libcurl easy handle: one request and what has come of its answer. Lives on the loop's thread.
@safe final class CurlEasy {
    /// The handle's address, by which libcurl names a finished transfer.
    let address: UInt
    private let handle: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let request: HTTPRequest
    private var answer: CurlAnswer
    private var hasBegun = false
    private var isWithdrawn = false
    private var isSecondAttempt = false

    init(_ request: HTTPRequest, _ configuration: CurlConfiguration, timeout: Duration) throws(TransportError) {
        guard let made = unsafe curl_easy_init() else { throw .notSent(.other) }
        unsafe handle = made
        address = UInt(bitPattern: made)
        self.request = request
        answer = CurlAnswer(limit: configuration.maxResponseBytes)
        try configure(configuration, timeout)
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headerList)
    }

    func withHandle<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result {
        unsafe body(handle)
    }

    /// Whether any byte of the request may have left. libcurl counts what it wrote; nothing counts as proof of "not
    /// sent" but a connection that never stood, or a count of zero.
    var mayHaveBeenSent: Bool {
        guard hasBegun else { return false }
        return requestBytesWritten > 0
    }

    private var requestBytesWritten: Int {
        var headerBytes = 0
        var bodyBytes: curl_off_t = 0
        guard unsafe clariva_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &headerBytes) == CURLE_OK,
            unsafe clariva_curl_get_off(handle, CURLINFO_SIZE_UPLOAD_T, &bodyBytes) == CURLE_OK
        else { return 1 }
        return headerBytes + Int(bodyBytes)
    }

    /// - Parameter code: libcurl's verdict on the finished transfer.
    func result(_ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        if code == CURLE_OK {
            guard let response = answer.response else { return .failure(.noAnswer(.truncated)) }
            return .success(response)
        }
        if isSecondAttempt { return .failure(.noAnswer(.reset)) }
        if isWithdrawn { return .failure(.notSent(.withdrawn)) }
        let cause = answer.isTooLarge ? .tooLarge : TransportError.Cause(code)
        return .failure(mayHaveBeenSent ? .noAnswer(cause) : .notSent(cause))
    }

    /// The connection stands and nothing of this attempt is written yet. A second call means that libcurl repeats the
    /// request because a kept connection died without an answer: the server may have acted on the first one.
    fileprivate func isAllowedToWrite() -> Bool {
        if hasBegun, !request.isIdempotent, requestBytesWritten > 0 {
            isSecondAttempt = true
            return false
        }
        if let ask = request.beforeFirstByte, !ask() {
            if requestBytesWritten > 0 { isSecondAttempt = true } else { isWithdrawn = true }
            return false
        }
        hasBegun = true
        return true
    }

    fileprivate func receive(header line: UnsafeRawBufferPointer) {
        unsafe answer.receive(header: Array(line))
    }

    fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe answer.receive(body: bytes)
    }

    private func configure(_ configuration: CurlConfiguration, _ timeout: Duration) throws(TransportError) {
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .notSent(.invalidRequest) }
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_USERAGENT, "clariva/1")
        try set(CURLOPT_ACCEPT_ENCODING, "")
        // Only the configuration says where requests go, never the environment's proxy variables.
        try set(CURLOPT_PROXY, "")
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            (CURLOPT_TCP_KEEPALIVE, 1), (CURLOPT_TCP_KEEPIDLE, 30), (CURLOPT_TCP_KEEPINTVL, 10),
            (CURLOPT_MAXAGE_CONN, configuration.idleSeconds),
            (CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds),
            (CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds),
        ]
        for (option, value) in numbers { try set(option, value) }
        try setMethodAndBody()
        try setHeaders()
        try setCallbacks()
    }

    private func setMethodAndBody() throws(TransportError) {
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .post: try set(CURLOPT_POST, 1)
        case .put: try set(CURLOPT_CUSTOMREQUEST, "PUT")
        case .delete: try set(CURLOPT_CUSTOMREQUEST, "DELETE")
        }
        guard request.method == .post || request.body != nil else { return }
        let body = request.body ?? []
        try check(unsafe clariva_curl_set_off(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // libcurl copies it; the terminating zero gives an empty body an address.
        var copied = body + [0]
        let code = unsafe copied.withUnsafeMutableBytes {
            unsafe clariva_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
        try check(code)
    }

    private func setHeaders() throws(TransportError) {
        // "Expect:" alone keeps libcurl from asking for leave before a large body.
        var lines = ["Expect:"]
        for header in request.headers {
            let line = "\(header.name): \(header.value)"
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .notSent(.invalidRequest) }
            lines.append(line)
        }
        for line in lines {
            guard let longer = unsafe curl_slist_append(headerList, line) else { throw .notSent(.other) }
            unsafe headerList = longer
        }
        try check(unsafe clariva_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    /// The handle never outlives this object, so libcurl may hold it unretained.
    private func setCallbacks() throws(TransportError) {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA] {
            try check(unsafe clariva_curl_set_pointer(handle, option, me))
        }
        try check(
            unsafe clariva_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
                guard let bytes = unsafe bytes, let me = unsafe me else { return 0 }
                let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                let isTaken = unsafe Unmanaged<CurlEasy>.fromOpaque(me).takeUnretainedValue().receive(body: chunk)
                return isTaken ? size * count : 0
            })
        try check(
            unsafe clariva_curl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
                guard let bytes = unsafe bytes, let me = unsafe me else { return 0 }
                let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                unsafe Unmanaged<CurlEasy>.fromOpaque(me).takeUnretainedValue().receive(header: line)
                return size * count
            })
        try check(
            unsafe clariva_curl_set_prereq(handle) { me, _, _, _, _ in
                guard let me = unsafe me else { return CURL_PREREQFUNC_ABORT }
                let easy = unsafe Unmanaged<CurlEasy>.fromOpaque(me).takeUnretainedValue()
                return easy.isAllowedToWrite() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe clariva_curl_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        try check(unsafe clariva_curl_set_string(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else { throw .notSent(code == CURLE_URL_MALFORMAT ? .invalidRequest : .other) }
    }
}

extension Duration {
    /// At least one: libcurl takes zero for "no limit".
    var wholeMilliseconds: Int {
        let parts = components
        return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
    }
}
