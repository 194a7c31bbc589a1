internal import Foundation
internal import Synchronization

/// An advisory lock on a file beside the database: two services on one SQLite file would each hold half of the truth.
final class LockFile: Sendable {
    private let descriptor: Mutex<Int32>

    /// - Throws: ``StorageError/Kind/busy`` when another process holds it.
    init(path: String) throws(StorageError) {
        let file = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(.unavailable, "cannot open the lock file beside the database") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            _ = Foundation.close(file)
            throw StorageError(.busy, "another clariva serve holds this database")
        }
        descriptor = Mutex(file)
    }

    /// Gives the lock back; the kernel does the same when the process ends. Closing alone would leave it to a child that was
    /// forked a moment ago and has not begun its own program yet.
    func release() {
        descriptor.withLock { file in
            if file >= 0 {
                _ = flock(file, LOCK_UN)
                _ = Foundation.close(file)
            }
            file = -1
        }
    }

    deinit {
        release()
    }
}
