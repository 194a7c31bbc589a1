import Foundation
import Integrations
import MetaSandbox
import Testing

/// The samples in the program against the files that they were made from.
struct SamplePayloadsTests {
    private static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/payloads")
    }

    @Test func embeddedSamplesAreCurrent() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
        let bodies = files.filter { name in
            name.hasSuffix(".json") && ["ig-", "page-", "test-"].contains { name.hasPrefix($0) }
        }
        let embedded = Dictionary(uniqueKeysWithValues: SamplePayloads.all.map { ($0.name, "\($0.json)") })
        #expect(embedded.keys.sorted() == bodies.map { String($0.dropLast(5)) }.sorted(), "run scripts/embed-payloads")
        for (name, json) in embedded {
            let text = try String(contentsOf: Self.folder.appending(path: "\(name).json"), encoding: .utf8)
            #expect(
                json.trimmingCharacters(in: .newlines) == text.trimmingCharacters(in: .newlines),
                "\(name): run scripts/embed-payloads")
        }
    }

    @Test func everySampleIsOneBodyOrSeveral() throws {
        for sample in SamplePayloads.all {
            let value = try JSONValue.parse("\(sample.json)")
            for body in value.array ?? [value] { #expect(body["object"]?.string != nil, "\(sample.name)") }
        }
    }
}
