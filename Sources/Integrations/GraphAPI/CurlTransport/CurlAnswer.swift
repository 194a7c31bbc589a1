/// An answer as it comes in, header line by header line and chunk by chunk. Pure, so that odd answers are tested alone.
struct CurlAnswer {
    private let limit: Int
    private var status: Int?
    private var headers: [(name: String, value: String)] = []
    private var body: [UInt8] = []
    /// libcurl 7.88 takes a connection that ends among the headers for a whole answer.
    private var hasAllHeaders = false
    /// Whether the body went beyond the limit; the rest of it is not read.
    private(set) var isTooLarge = false

    /// - Parameter limit: bytes of the body.
    init(limit: Int) {
        self.limit = limit
    }

    /// The answer, once a final status has come.
    var response: HTTPResponse? {
        guard let status, status >= 200, hasAllHeaders else { return nil }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    /// A status line starts anew: an interim answer (1xx) may come before the real one.
    mutating func receive(header line: [UInt8]) {
        let text = String(decoding: line, as: UTF8.self).trimmingLineEnd
        if text.hasPrefix("HTTP/") {
            headers = []
            hasAllHeaders = false
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return
        }
        if text.isEmpty { hasAllHeaders = true }
        guard let colon = text.firstIndex(of: ":") else { return }
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        headers.append((String(text[..<colon]), String(value)))
    }

    /// - Returns: whether it was taken.
    mutating func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limit else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }
}

extension String {
    fileprivate var trimmingLineEnd: Substring {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
