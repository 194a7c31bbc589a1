/// A fault, and where to begin again.
struct ConnectFailure: Error, Equatable {
    var fault: ConnectFault
    /// The link's path, where it is known.
    var path: String?
}
