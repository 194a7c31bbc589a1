/// One SQL statement, read for whose rows it touches: every tenant table that it names must be tied to one tenant.
///
/// This is no SQL parser. It knows words, parentheses and where tables are named, and accepts what it can prove: in the
/// query that names a table, as a condition of its own (not one side of an OR), `tenant_id = ?n`, or equality with the
/// `tenant_id` of a table that is tied already. A column list of an INSERT has to give the tenant as a value. What it
/// cannot prove it reports, so that a mistake of its own is seen and not hidden.
public struct TenantStatement: Sendable {
    /// A table that is not tied to a tenant.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        public var table: String
        public var description: String { table }
    }

    /// Tenant tables that are named anywhere, each as often as it is named.
    public private(set) var tables: [String] = []
    /// Tables that are not tied to a tenant.
    public private(set) var faults: [Fault] = []
    /// Numbers of the parameters that tables are tied to.
    public private(set) var parameters: Set<Int> = []

    /// One query: the outermost, or one in parentheses.
    private struct Query: Sendable {
        var depth: Int
        var parent: Int?
        /// Tables and derived tables by the name that columns use.
        var sources: [(name: String, table: String?, derived: Int?)] = []
        var ties: [(one: String?, other: Tie)] = []
        var hasOr = false
    }

    private enum Tie: Sendable {
        case parameter(Int)
        case column(String?)
    }

    private let tenantTables: Set<String>
    private let words: [String]
    private var queries: [Query] = [Query(depth: 0)]

    /// - Parameters:
    ///   - sql: one statement; in place of a table an interpolation that source code has there may stand, written `\(...)`.
    ///   - tenantTables: names of all tables that hold tenants' rows.
    public init(_ sql: String, tenantTables: Set<String>) {
        self.tenantTables = tenantTables
        words = Self.words(of: sql)
        read()
        judge()
    }

    /// Whether a word names a tenant table, or may: of an interpolated name nobody knows.
    private func isTenantTable(_ word: String) -> Bool { tenantTables.contains(word) || word == #"\"# }

    // MARK: Reading

    private mutating func read() {
        /// The query that each open parenthesis is in, and whether the parenthesis began one.
        var stack: [Int] = []
        var current = 0
        var depth = 0
        var position = 0
        while position < words.count {
            let word = words[position]
            switch word {
            case "(":
                depth += 1
                stack.append(current)
                if ["SELECT", "WITH", "VALUES"].contains(at(position + 1)) {
                    queries.append(Query(depth: depth, parent: current))
                    let child = queries.count - 1
                    if isSource(before: position) {
                        // A derived table: its name comes behind its end.
                        let name = aliasBehind(end(of: position))
                        queries[current].sources.append((name ?? "", nil, child))
                    }
                    current = child
                }
            case ")":
                depth -= 1
                current = stack.popLast() ?? 0
            case "FROM", "JOIN", "UPDATE", "INTO":
                // `DO UPDATE` and `FOR UPDATE` name no table.
                let isUpdate = word == "UPDATE" && ["DO", "FOR"].contains(at(position - 1))
                let table = at(position + 1)
                if !isUpdate, isTenantTable(table) {
                    tables.append(table)
                    queries[current].sources.append((aliasBehind(position + 1) ?? table, table, nil))
                    if word == "INTO" { readColumns(of: table, at: position + 2, in: current) }
                }
            case ",":
                // `FROM a, b`
                if isTenantTable(at(position + 1)), isInFrom(position, depth: depth) {
                    let table = at(position + 1)
                    tables.append(table)
                    queries[current].sources.append((aliasBehind(position + 1) ?? table, table, nil))
                }
            case "OR" where depth == queries[current].depth:
                queries[current].hasOr = true
            case "=" where depth == queries[current].depth:
                readTie(at: position, in: current)
            default: break
            }
            position += 1
        }
    }

    private func at(_ position: Int) -> String { words.indices.contains(position) ? words[position] : "" }

    private func isSource(before position: Int) -> Bool { ["FROM", "JOIN"].contains(at(position - 1)) }

    /// Position of the parenthesis that ends what begins here.
    private func end(of position: Int) -> Int {
        var depth = 0
        for index in position..<words.count {
            if words[index] == "(" { depth += 1 }
            if words[index] == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return words.count
    }

    private static let keywords: Set<String> = [
        "WHERE", "SET", "JOIN", "LEFT", "INNER", "CROSS", "ON", "ORDER", "GROUP", "LIMIT", "UNION", "VALUES", "SELECT",
        "USING",
        "RETURNING", "HAVING", "FOR", "EXCEPT", "INTERSECT", "DEFAULT",
    ]

    private func aliasBehind(_ position: Int) -> String? {
        let next = at(position + 1) == "AS" ? at(position + 2) : at(position + 1)
        guard let first = next.first, first.isLetter, !Self.keywords.contains(next) else { return nil }
        return next
    }

    /// Whether a comma separates tables: nothing but names stands between it and its FROM.
    private func isInFrom(_ position: Int, depth: Int) -> Bool {
        var index = position - 1
        while index >= 0 {
            if words[index] == "FROM" { return true }
            if Self.keywords.contains(words[index]) || "()=".contains(words[index]) { return false }
            index -= 1
        }
        return false
    }

    /// `INSERT INTO t (tenant_id, ...) VALUES (?1, ...)`
    private mutating func readColumns(of table: String, at open: Int, in query: Int) {
        guard at(open) == "(" else { return }
        let close = end(of: open)
        let columns = words[(open + 1)..<min(close, words.count)].filter { $0 != "," }
        guard columns.first == "tenant_id", at(close + 1) == "VALUES", at(close + 2) == "(",
            let number = Self.parameter(at(close + 3))
        else { return }
        queries[query].ties.append((table, .parameter(number)))
    }

    private mutating func readTie(at position: Int, in query: Int) {
        // In an UPDATE's SET part an equality is an assignment.
        var index = position
        while index >= 0, !["SET", "WHERE", "ON", "AND", "HAVING"].contains(words[index]) { index -= 1 }
        guard index >= 0, words[index] != "SET" else { return }
        // Nothing before or behind it but the conjunction: `NOT x = y` and `x = y + 1` prove nothing.
        guard let (one, start) = column(endingAt: position - 1), start - 1 == index else { return }
        let (other, end): (Tie?, Int)
        if let number = Self.parameter(at(position + 1)) {
            (other, end) = (.parameter(number), position + 1)
        } else if at(position + 1) == "tenant_id" {
            (other, end) = (.column(nil), position + 1)
        } else if at(position + 2) == ".", at(position + 3) == "tenant_id" {
            (other, end) = (.column(at(position + 1)), position + 3)
        } else {
            return
        }
        let behind = at(end + 1)
        let ends = behind.isEmpty || Self.keywords.contains(behind) || ["AND", ")", #"\"#].contains(behind)
        guard let other, ends else { return }
        queries[query].ties.append((one, other))
    }

    /// `tenant_id` or `name.tenant_id`, read backwards.
    private func column(endingAt position: Int) -> (name: String?, start: Int)? {
        guard at(position) == "tenant_id" else { return nil }
        return at(position - 1) == "." ? (at(position - 2), position - 2) : (nil, position)
    }

    private static func parameter(_ word: String) -> Int? { word.first == "?" ? Int(word.dropFirst()) : nil }

    // MARK: Judging

    private mutating func judge() {
        /// Names that are tied, by query.
        var tied: [Int: Set<String>] = [:]
        /// Whether a column's owner is tied, looked up from a query outwards.
        func isTied(_ name: String, from query: Int) -> Bool {
            var current: Int? = query
            while let index = current {
                if queries[index].sources.contains(where: { $0.name == name }) {
                    return tied[index]?.contains(name) ?? false
                }
                current = queries[index].parent
            }
            return false
        }
        var grows = true
        while grows {
            grows = false
            for (index, query) in queries.enumerated() {
                func mark(_ name: String?) {
                    // Without a name, the column is that of the only table there.
                    guard let name = name ?? (query.sources.count == 1 ? query.sources[0].name : nil),
                        query.sources.contains(where: { $0.name == name })
                    else { return }
                    if tied[index, default: []].insert(name).inserted { grows = true }
                }
                if !query.hasOr {
                    for tie in query.ties {
                        switch tie.other {
                        case .parameter(let number):
                            let before = tied[index]?.count ?? 0
                            mark(tie.one)
                            if tied[index]?.count ?? 0 > before { parameters.insert(number) }
                        case .column(let other):
                            if let other, isTied(other, from: index) { mark(tie.one) }
                            if let one = tie.one, isTied(one, from: index) { mark(other) }
                        }
                    }
                }
                // A derived table is tied when everything inside it is.
                for source in query.sources {
                    guard let derived = source.derived, !queries[derived].sources.isEmpty,
                        queries[derived].sources.allSatisfy({ tied[derived]?.contains($0.name) ?? false })
                    else { continue }
                    mark(source.name)
                }
            }
        }
        for (index, query) in queries.enumerated() {
            for source in query.sources {
                if let table = source.table, !(tied[index]?.contains(source.name) ?? false) {
                    faults.append(Fault(table: table))
                }
            }
        }
    }

    // MARK: Words

    /// Words, numbers with their question mark, and single signs; texts in quotation marks are left out, and what source
    /// code interpolates is one word, `\`.
    private static func words(of sql: String) -> [String] {
        var words: [String] = []
        var word = ""
        var characters = Array(sql)[...]
        func flush() {
            guard !word.isEmpty else { return }
            let upper = word.uppercased()
            words.append(isKeyword(upper) ? upper : word)
            word = ""
        }
        while let character = characters.popFirst() {
            if character.isLetter || character.isNumber || character == "_" || character == "?" {
                word.append(character)
                continue
            }
            flush()
            if character.isWhitespace { continue }
            if character == "'" {
                while let next = characters.popFirst(), next != "'" {}
                words.append("''")
            } else if character == #"\"#, characters.first == "(" {
                var depth = 0
                repeat {
                    let next = characters.popFirst()
                    if next == "(" { depth += 1 }
                    if next == ")" { depth -= 1 }
                } while depth > 0 && !characters.isEmpty
                words.append(#"\"#)
            } else {
                words.append(String(character))
            }
        }
        flush()
        return words
    }

    private static func isKeyword(_ word: String) -> Bool {
        keywords.contains(word) || ["FROM", "UPDATE", "INTO", "AND", "OR", "DO", "AS", "WITH"].contains(word)
    }
}
