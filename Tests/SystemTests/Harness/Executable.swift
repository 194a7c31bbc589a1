import Foundation

/// Where the program under test is: `CLARIVA_BINARY`, or beside the test bundle.
enum Executable {
    static func url() throws -> URL {
        if let path = ProcessInfo.processInfo.environment["CLARIVA_BINARY"] { return URL(filePath: path) }
        let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
        let folders = (bundles + [Bundle.main.bundleURL]).flatMap { url in
            // The bundle is a file on Linux and a folder on macOS.
            [url.deletingLastPathComponent(), url]
        }
        for folder in folders {
            let candidate = folder.appending(path: "clariva")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        throw HarnessFailure("the program clariva is not beside the tests: set CLARIVA_BINARY")
    }
}

/// The test could not be played: nothing is said about the program.
struct HarnessFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
