/// One scene of the demo.
protocol DemoScene: Sendable {
    /// What it is called.
    var title: String { get }
    /// What has to hold, in a few words.
    var promise: String { get }
    /// Plays it.
    /// - Returns: its figures, for the summary.
    /// - Throws: whatever keeps it from being played to its end; that breaks the scene.
    func play(on stage: DemoStage) async throws -> String
}

/// What came of a scene.
struct DemoOutcome: Sendable {
    var title: String
    var promise: String
    var figures: String
    var faults: [String]
    var seconds: Double

    var held: Bool { faults.isEmpty }
}
