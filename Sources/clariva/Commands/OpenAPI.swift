import ArgumentParser
import Gateway

/// `clariva openapi`: writes what is served at `/openapi.json`, for `scripts/write-openapi`.
struct OpenAPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Prints the description of the HTTP API.", shouldDisplay: false)

    func run() {
        print(OpenAPIDocument.text, terminator: "")
    }
}
