import Configuration
import Foundation
import Gateway
import SystemPackage

/// Where named values come from: the environment, then the file. Nothing else in the program reads our
/// variables (debug builds: also `FaultPoint`).
struct ConfigurationSource {
    private let environment: EnvironmentVariablesProvider
    private let file: EnvironmentVariablesProvider?
    private let names: [String]

    /// - Parameter path: of a file with one `KEY=value` a line.
    /// - Throws: ``CommandFailure`` with status 78 where the file cannot be read.
    init(file path: String?) async throws {
        environment = EnvironmentVariablesProvider(secretsSpecifier: .all)
        var names = Array(ProcessInfo.processInfo.environment.keys)
        if let path {
            do {
                file = try await EnvironmentVariablesProvider(
                    environmentFilePath: FilePath(path), secretsSpecifier: .all)
                names += Self.names(in: try String(contentsOfFile: path, encoding: .utf8))
            } catch {
                throw CommandFailure(.badConfiguration, "clariva: cannot read the configuration file \(path)")
            }
        } else {
            file = nil
        }
        self.names = names
    }

    /// Reads the whole configuration.
    var reader: ConfigurationReader {
        let (environment, file) = (environment, file)
        return ConfigurationReader(names: Set(names)) { name in
            // Neither lookup throws for values given by name; a provider that did would count as one without the value.
            if let value = (try? environment.environmentValue(forName: name)) ?? nil { return value }
            return (try? file?.environmentValue(forName: name)) ?? nil
        }
    }

    /// The names that a file sets, to find misspelt ones.
    private static func names(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.hasPrefix("#"), let end = line.firstIndex(of: "=") else { return nil }
            return line[..<end].trimmingCharacters(in: .whitespaces)
        }
    }
}
