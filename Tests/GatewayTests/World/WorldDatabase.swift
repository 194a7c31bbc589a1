import Foundation
import Storage
import TestSupport

/// A migrated database of the engine that a test runs on (``TestEngine/current``).
final class WorldDatabase: Sendable {
    /// As the service opens it.
    let engine: any Engine
    /// For checks and sabotage: no policy keeps a row from it.
    let unfenced: any Engine
    private let directory: URL?
    private let server: ServiceDatabase?

    init(now: Int64) async throws {
        switch TestEngine.current {
        case .sqlite:
            let directory = FileManager.default.temporaryDirectory.appending(path: "clariva-world-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            engine = try SQLiteEngine(path: directory.appending(path: "clariva.db").path, exclusive: true)
            unfenced = engine
            (self.directory, server) = (directory, nil)
        case .postgres:
            let server = try await ServiceDatabase()
            engine = try server.engine()
            unfenced = try server.superuserEngine()
            (directory, self.server) = (nil, server)
        }
        try await Migrator(engine).prepareForService(now: now)
    }

    func close() async {
        await engine.close()
        await unfenced.close()
        if let directory { try? FileManager.default.removeItem(at: directory) }
    }
}
