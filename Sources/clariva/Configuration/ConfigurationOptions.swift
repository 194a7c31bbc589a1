import ArgumentParser
import Foundation
import Gateway
import Logging

/// `--config`, for every command that needs the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file with NAME=value lines and comments; the environment counts before it.", valueName: "file"))
    var config: String?

    /// - Throws: ``CommandFailure`` with status 78 and every fault at once.
    func load() async throws -> (configuration: GatewayConfiguration, warnings: [ConfigurationFault]) {
        let source = try await ConfigurationSource(file: config)
        let warnings = source.reader.warnings
        var faults = source.faults
        do {
            let configuration = try source.reader.read()
            if faults.isEmpty { return (configuration, warnings) }
        } catch {
            faults += error.faults
        }
        let lines = (faults + warnings).map { "  \($0)" }
        throw CommandFailure(
            .badConfiguration, "clariva: the configuration has faults:\n" + lines.joined(separator: "\n"))
    }

    /// The same for commands that end soon: warnings go to standard error.
    func loadAndWarn() async throws -> GatewayConfiguration {
        let (configuration, warnings) = try await load()
        for warning in warnings {
            FileHandle.standardError.write(Data("clariva: warning: \(warning)\n".utf8))
        }
        return configuration
    }
}
