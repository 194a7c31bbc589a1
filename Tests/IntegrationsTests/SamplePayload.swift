import Foundation
import Integrations

/// The sample payloads under Tests/Fixtures/payloads.
enum SamplePayload {
    static var directory: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/payloads")
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: directory.appending(path: name + ".json")))
    }

    static func value(_ name: String) throws -> JSONValue {
        try JSONValue.parse(try bytes(name))
    }

    /// Names of all samples, without the ending.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path())
            .filter { $0.hasSuffix(".json") }
            .map { String($0.dropLast(5)) }
            .sorted()
    }
}
