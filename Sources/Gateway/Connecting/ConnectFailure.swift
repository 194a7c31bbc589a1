/// A fault, and where to begin again.
struct ConnectFailure: Error, Equatable {
    var fault: ConnectFault
    /// The link's path, where it is known.
    var path: String?

    /// The link's token, where its path is known.
    var token: String? { path.flatMap { $0.split(separator: "/").last.map(String.init) } }
}
