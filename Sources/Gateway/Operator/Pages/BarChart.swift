/// Counts as bars, for an SVG of one's own: no script, no style in the markup.
struct BarChart: Sendable, Equatable {
    /// One bar with its place, in the chart's own units.
    struct Bar: Sendable, Equatable {
        var label: String
        var count: String
        var x: Int
        var y: Int
        var length: Int
        var thickness: Int
        /// Where the bar's texts stand.
        var textY: Int
        var countX: Int
    }

    /// Where bars begin.
    private static let left = 230
    /// The longest bar.
    private static let room = 300
    private static let row = 30

    var title: String
    /// For whoever does not see it.
    var summary: String
    var width: Int
    var height: Int
    var bars: [Bar]

    /// - Parameters:
    ///   - counts: from top to bottom; none of them is negative.
    ///   - limit: who has so many may have more.
    /// - Returns: `nil` where there is nothing to show.
    init?(_ title: String, _ counts: [(label: String, count: Int)], countedTo limit: Int = .max) {
        guard let most = counts.map(\.count).max() else { return nil }
        self.title = title
        func words(_ count: Int) -> String { count < limit ? "\(count)" : "\(count) or more" }
        summary = "\(title): " + counts.map { "\($0.label) \(words($0.count))" }.joined(separator: ", ")
        width = Self.left + Self.room + 120
        height = counts.count * Self.row
        bars = counts.enumerated().map { index, one in
            // What is there is seen, however much there is of something else.
            let length = one.count == 0 ? 0 : max(3, Self.room * one.count / most)
            return Bar(
                label: one.label, count: words(one.count), x: Self.left, y: index * Self.row + 5, length: length,
                thickness: Self.row - 10, textY: index * Self.row + 20, countX: Self.left + length + 8)
        }
    }
}
