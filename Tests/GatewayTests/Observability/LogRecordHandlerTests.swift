import Foundation
import Logging
import Synchronization
import Testing

@testable import Gateway

@Suite struct LogRecordHandlerTests {
    private final class Lines: Sendable {
        let bytes = Mutex<[[UInt8]]>([])
        var sink: LogSink { LogSink { line in self.bytes.withLock { $0.append(line) } } }
        func text() -> [String] { bytes.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
    }

    private func logger(_ format: LogRecordHandler.Format, _ lines: Lines) -> Logger {
        Logger(label: "test") { _ in LogRecordHandler(level: .info, format: format, sink: lines.sink) }
    }

    @Test func writesOneJSONObjectALine() throws {
        let lines = Lines()
        logger(.json, lines).info(
            "say \"hi\"\n\u{1}",
            metadata: [
                "port": .stringConvertible(8080), "payloadStructure": ["hasSender": .stringConvertible(false)],
                "level": "forged",
            ])
        let text = try #require(lines.text().first)
        #expect(text.last == "\n" && text.dropLast().allSatisfy { !$0.isNewline })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["msg"] as? String == "say \"hi\"\n\u{1}")
        #expect(object["level"] as? String == "info")
        #expect(object["port"] as? Int == 8080)
        #expect((object["payloadStructure"] as? [String: Any])?["hasSender"] as? Bool == false)
        #expect(object["ts"] is String)
    }

    @Test(arguments: [LogRecordHandler.Format.json, .text])
    func whatIsNotThereIsNull(format: LogRecordHandler.Format) throws {
        let lines = Lines()
        let structure: Logger.MetadataValue = ["firstChangeField": .stringConvertible(LogNull())]
        logger(format, lines).info("x", metadata: ["payloadStructure": structure])
        #expect(try #require(lines.text().first).contains(#"{"firstChangeField":null}"#))
    }

    @Test func dropsWhatLibrariesAddButTheRequestID() throws {
        let lines = Lines()
        logger(.json, lines).info("x", metadata: ["error.type": "secret", "hb.request.id": "abc"])
        let text = try #require(lines.text().first)
        #expect(!text.contains("secret") && text.contains("\"request_id\":\"abc\""))
    }

    @Test func keepsTextRecordsOnOneLineAndBounded() throws {
        let lines = Lines()
        logger(.text, lines).warning("a\nb", metadata: ["k": "\(String(repeating: "x", count: 5000))"])
        let text = try #require(lines.text().first)
        #expect(text.filter(\.isNewline).count == 1 && text.count < 1200)
        #expect(text.contains("WARNING a b k="))
    }

    @Test func dropsRecordsBelowItsLevel() {
        let lines = Lines()
        logger(.json, lines).debug("x")
        #expect(lines.text().isEmpty)
    }
}
