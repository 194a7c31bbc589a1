import Foundation

/// A file system of a few megabytes, so that it can be filled without harm to anybody else.
final class SmallDisk: Sendable {
    let folder: URL
    private var filler: URL { folder.appending(path: "filler") }

    /// - Returns: `nil` where this user may not mount one.
    init?(_ folder: URL, megabytes: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        guard Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0777", "clariva", folder.path])
        else { return nil }
    }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Takes all the space that is left.
    func fill() throws {
        let descriptor = open(filler.path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw HarnessFailure("the disk cannot be filled") }
        defer { close(descriptor) }
        for size in [1 << 20, 1 << 12, 1 << 9] {
            let zeros = [UInt8](repeating: 0, count: size)
            while write(descriptor, zeros, size) > 0 {}
        }
    }

    /// Gives it back.
    func empty() throws { try FileManager.default.removeItem(at: filler) }

    /// Ends it with all that is on it.
    func unmount() { _ = Self.run("/bin/umount", ["-l", folder.path]) }
}
