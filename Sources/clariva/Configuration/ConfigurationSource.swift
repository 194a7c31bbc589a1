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
    /// What is wrong with the file itself.
    let faults: [ConfigurationFault]

    /// - Parameter path: of a file with one `NAME=value` a line.
    /// - Throws: ``CommandFailure`` with status 78 where the file cannot be read.
    init(file path: String?) async throws {
        environment = EnvironmentVariablesProvider(secretsSpecifier: .all)
        var names = Array(ProcessInfo.processInfo.environment.keys)
        var faults: [ConfigurationFault] = []
        if let path {
            do {
                file = try await EnvironmentVariablesProvider(
                    environmentFilePath: FilePath(path), secretsSpecifier: .all)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                if text.utf8.contains(UInt8(ascii: "\r")) {
                    faults.append(ConfigurationFault(name: "the file", "must end its lines with a line feed alone"))
                }
                for (number, line) in Self.lines(of: text) {
                    if let name = Self.name(in: line) {
                        names.append(name)
                    } else {
                        faults.append(ConfigurationFault(name: "line \(number)", "must read NAME=value"))
                    }
                }
            } catch {
                throw CommandFailure(.badConfiguration, "clariva: cannot read the configuration file \(path)")
            }
        } else {
            file = nil
        }
        self.names = names
        self.faults = faults
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

    /// What a file's lines say, with their numbers; empty ones and comments say nothing.
    private static func lines(of text: String) -> [(number: Int, text: String)] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map {
            ($0.offset + 1, $0.element.trimmingCharacters(in: .whitespaces))
        }.filter { !$0.1.isEmpty && !$0.1.hasPrefix("#") }
    }

    /// The name that a line sets.
    private static func name(in line: String) -> String? {
        line.prefixMatch(of: /([A-Za-z_][A-Za-z0-9_]*)\s*=/).map { String($0.1) }
    }
}
