/// A whole answer.
public struct HTTPResponse: Sendable {
    /// The HTTP status, 200 to 599.
    public var status: Int
    /// In the order of arrival.
    public var headers: [(name: String, value: String)]
    /// Decompressed.
    public var body: [UInt8]

    /// Memberwise.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A header's first value.
    /// - Parameter name: in any case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
