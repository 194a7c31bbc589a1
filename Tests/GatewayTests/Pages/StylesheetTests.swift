import Foundation
import Testing

@testable import Gateway

/// Contrast, computed from the stylesheet itself (WCAG 2.2, 1.4.3 and 1.4.11).
struct StylesheetTests {
    /// What is read on what.
    private static let pairs = [
        ("ink", "page"), ("ink", "card"), ("quiet", "page"), ("quiet", "card"), ("accent", "page"),
        ("accent", "card"), ("on-accent", "accent"), ("on-danger", "danger"), ("pass", "on-pass"),
        ("warn", "on-warn"), ("fail", "on-fail"),
    ]

    /// The colours of each scheme: those of the dark one take the place of the light one's.
    private static let schemes: [(name: String, colours: [String: String])] = {
        var parts = Stylesheet.text.split(separator: "@media (prefers-color-scheme: dark)").map { part in
            part.prefix { $0 != "}" }.matches(of: /--([a-z-]+): #([0-9a-f]{6})/).reduce(into: [String: String]()) {
                $0[String($1.1)] = String($1.2)
            }
        }
        if parts.count == 2 { parts[1].merge(parts[0]) { dark, _ in dark } }
        return Array(zip(["light", "dark"], parts))
    }()

    private func luminance(_ colour: String) throws -> Double {
        let value = try #require(UInt32(colour, radix: 16))
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(value >> UInt32(shift) & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ one: String, _ other: String) throws -> Double {
        let (a, b) = (try luminance(one), try luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test func everythingCanBeReadInLightAndDark() throws {
        #expect(Self.schemes.count == 2)
        for scheme in Self.schemes {
            for (text, ground) in Self.pairs {
                let ratio = try contrast(
                    try #require(scheme.colours[text], "\(text)"), try #require(scheme.colours[ground], "\(ground)"))
                #expect(ratio >= 4.5, "\(scheme.name): \(text) on \(ground) is \(ratio)")
            }
        }
        #expect(try contrast("000000", "ffffff") == 21)
    }

    @Test func aNewTextIsANewAddress() {
        #expect(Stylesheet.address.wholeMatch(of: /\/assets\/clariva\.css\?v=[0-9a-f]{12}/) != nil)
        #expect(!Stylesheet.text.contains("url(") && !Stylesheet.text.contains("@import"))
        #expect(Stylesheet.text.split(separator: "\n").count < 90)
    }
}
