internal import Foundation
internal import Integrations
internal import Tenancy

/// Finds every field that a body lacks or has of the wrong type.
///
/// The decoder stops at the first one. Here what it stopped at is replaced by a stand-in of whatever type it takes, and
/// it goes on from there.
struct FieldSurvey<Body: Decodable> {
    /// So many are told. Each costs some decoding of the whole body: of larger bodies the first fault is told alone.
    private static var most: Int { 32 }
    private static var largest: Int { 8 << 10 }
    private static var standIns: [JSONValue] { ["", 0, false, [], [:]] }

    /// - Returns: in the order in which they are read; empty where the body is too large, no JSON object, or has no fault.
    static func faults(in body: [UInt8]) -> [FieldError] {
        guard body.count <= largest, var body = try? JSONValue.parse(body), body.object != nil else { return [] }
        var faults: [FieldError] = []
        var next = fault(in: body)
        while let found = next, faults.count < most {
            if found.path.isEmpty {
                // Foundation does not tell where a fraction stands in the place of a whole number.
                let fractions = fractions(in: body)
                guard !fractions.places.isEmpty else { return faults }
                faults += fractions.places.map {
                    FieldError(field: DecodingFault.field($0), message: "must be a whole number")
                }
                body = fractions.mended
                next = fault(in: body)
                if next?.path.isEmpty == true { return faults }
            } else {
                faults.append(FieldError(field: found.field, message: found.message))
                let mended = standIns.lazy.map { standIn in
                    let body = body.setting(standIn, at: found.path[...])
                    return (body: body, fault: fault(in: body))
                }
                guard let goesOn = mended.first(where: { $0.fault?.field != found.field }) else { return faults }
                (body, next) = goesOn
            }
        }
        return faults
    }

    private static func fault(in body: JSONValue) -> DecodingFault? {
        do {
            _ = try JSONDecoder().decode(Body.self, from: Data(body.text().utf8))
            return nil
        } catch {
            return (error as? DecodingError).map(DecodingFault.init)
        }
    }

    /// The numbers at which decoding stops without saying where, and the body without them.
    private static func fractions(in body: JSONValue) -> (places: [[any CodingKey]], mended: JSONValue) {
        let all = body.reals(at: [], most: most)
        let mended = all.reduce(body) { $0.setting(0, at: $1.place[...]) }
        let places = all.filter { fault(in: mended.setting($0.value, at: $0.place[...]))?.path.isEmpty == true }
        return (places.map(\.place), mended)
    }
}

/// A step on the way to a value.
private struct Step: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(stringValue: String) { self.stringValue = stringValue }

    init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
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

    /// Numbers that are written with a fraction or an exponent, so many at most.
    fileprivate func reals(at place: [any CodingKey], most: Int) -> [(place: [any CodingKey], value: JSONValue)] {
        func all(_ inner: some Sequence<(key: Step, value: JSONValue)>) -> [(place: [any CodingKey], value: JSONValue)]
        {
            inner.reduce(into: []) { found, step in
                guard found.count < most else { return }
                found += step.value.reals(at: place + [step.key], most: most - found.count)
            }
        }
        return switch kind {
        case .real: [(place, self)]
        case .array(let elements): all(elements.enumerated().lazy.map { (Step(intValue: $0), $1) })
        case .object(let members): all(members.lazy.map { (Step(stringValue: $0.key), $0.value) })
        case .null, .bool, .integer, .string: []
        }
    }
}
