internal import Foundation
internal import GRDB
internal import Synchronization

/// Moves the write-ahead log into the database on our own schedule: SQLite's automatic one would run inside whichever
/// commit happens to pass a thousand pages, and never ends while a reader is open.
final class CheckpointSchedule: Sendable {
    /// The log's size at which it is moved, in bytes.
    private static let passive = 16 << 20
    /// The log's size at which readers are waited for so that it starts again from its beginning.
    private static let restart = 64 << 20
    /// The size is looked at once in this many commits.
    private static let interval = 64

    private let walPath: String
    private let commits = Mutex(0)

    init(walPath: String) {
        self.walPath = walPath
    }

    /// Called by the writer after each commit.
    func afterCommit(_ database: Database) {
        let due = commits.withLock { count in
            count += 1
            return count.isMultiple(of: Self.interval)
        }
        guard due, let size = try? FileManager.default.attributesOfItem(atPath: walPath)[.size] as? Int else { return }
        // A checkpoint that cannot finish now (a reader is open) is tried again after the next commits.
        if size >= Self.restart {
            _ = try? database.checkpoint(.truncate)
        } else if size >= Self.passive {
            _ = try? database.checkpoint(.passive)
        }
    }
}
