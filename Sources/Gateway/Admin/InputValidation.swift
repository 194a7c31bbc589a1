internal import Foundation
internal import Tenancy

/// Collects what is wrong with a request's fields, so that all of it is told at once.
struct InputValidation {
    private(set) var errors: [FieldError] = []

    mutating func fail(_ field: String, _ message: String) {
        errors.append(FieldError(field: field, message: message))
    }

    mutating func add(_ more: [FieldError]) {
        errors += more
    }

    /// - Throws: ``Problem`` 422 with every fault.
    func finish() throws {
        if !errors.isEmpty { throw Problem.invalid(errors) }
    }

    /// A name or text: not empty, not longer than `limit` characters, without control characters.
    mutating func text(_ field: String, _ value: String, limit: Int, multiline: Bool = false) {
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty {
            fail(field, "must not be empty")
        } else if TextLength.exceeds(limit, in: value) {
            fail(field, "must have at most \(limit) characters")
        } else if ControlCharacters.are(in: value, multiline: multiline) {
            fail(field, "must not hold control characters")
        }
    }

    /// A word that a list is narrowed by: what it is compared with has neither control characters nor such a length.
    mutating func filter(_ field: String, _ value: String) {
        if ControlCharacters.are(in: value) {
            fail(field, "must not hold control characters")
        } else if value.utf8.count > Self.filterLimit {
            fail(field, "must have at most \(Self.filterLimit) bytes")
        }
    }

    private static let filterLimit = 200

    /// An IANA time zone name.
    mutating func timezone(_ field: String, _ value: String) {
        if ControlCharacters.are(in: value) || !OpeningHours.isKnown(timezone: value) {
            fail(field, "must be an IANA time zone name such as Europe/Berlin")
        }
    }

    /// A BCP 47 tag in its shape; that a language is known is not asked.
    mutating func locale(_ field: String, _ value: String) {
        if value.utf8.count > 35 || value.wholeMatch(of: /[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*/) == nil {
            fail(field, "must be a language tag such as de or pt-BR")
        }
    }
}
