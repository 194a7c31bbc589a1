internal import Foundation
internal import Integrations
internal import Tenancy

/// Finds every field that a body lacks or has of the wrong type.
///
/// The decoder stops at the first one. Here what it stopped at is replaced by a stand-in of whatever type it takes, and
/// it goes on from there.
struct FieldSurvey<Body: Decodable> {
    private static var most: Int { 32 }
    private static var standIns: [JSONValue] { ["", 0, false, [], [:]] }

    private var faults: [FieldError] = []

    /// - Returns: in the order in which they are read; empty where the body is no JSON object, or is none that can be told.
    static func faults(in body: [UInt8]) -> [FieldError] {
        guard let value = try? JSONValue.parse(body), value.object != nil else { return [] }
        var survey = FieldSurvey()
        survey.look(at: value)
        return survey.faults
    }

    private mutating func look(at body: JSONValue) {
        var body = body
        while faults.count < Self.most, let found = Self.fault(in: body) {
            if found.path.isEmpty {
                // Foundation does not tell where a fraction stands in the place of a whole number.
                let whole = wholeNumbers(in: body, at: "")
                if whole == body { return }
                body = whole
            } else {
                faults.append(FieldError(field: found.field, message: found.message))
                let mended = Self.standIns.lazy.map { body.setting($0, at: found.path[...]) }
                guard let next = mended.first(where: { Self.fault(in: $0)?.field != found.field }) else { return }
                body = next
            }
        }
    }

    private static func fault(in body: JSONValue) -> DecodingFault? {
        do {
            _ = try JSONDecoder().decode(Body.self, from: Data(body.text().utf8))
            return nil
        } catch {
            return (error as? DecodingError).map(DecodingFault.init)
        }
    }

    private mutating func wholeNumbers(in value: JSONValue, at place: String) -> JSONValue {
        switch value.kind {
        case .real:
            faults.append(FieldError(field: place, message: "must be a whole number"))
            return 0
        case .array(let elements):
            return .array(elements.enumerated().map { wholeNumbers(in: $1, at: "\(place)[\($0)]") })
        case .object(let members):
            return .object(
                members.reduce(into: JSONObject()) { whole, member in
                    whole[member.key] = wholeNumbers(
                        in: member.value, at: place.isEmpty ? member.key : "\(place).\(member.key)")
                })
        case .null, .bool, .integer, .string: return value
        }
    }
}

extension JSONValue {
    /// With another value in one place.
    fileprivate func setting(_ value: JSONValue, at path: ArraySlice<any CodingKey>) -> JSONValue {
        guard let key = path.first else { return value }
        if let index = key.intValue, var elements = array {
            guard elements.indices.contains(index) else { return self }
            elements[index] = elements[index].setting(value, at: path.dropFirst())
            return .array(elements)
        }
        var members = object ?? JSONObject()
        members[key.stringValue] = (members[key.stringValue] ?? .null).setting(value, at: path.dropFirst())
        return .object(members)
    }
}
