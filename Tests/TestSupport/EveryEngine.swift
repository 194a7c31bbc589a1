import Testing

/// Runs each test of a suite once for every engine; ``TestEngine/current`` tells which one it is. A failure says so too.
///
/// For suites whose tests have better things to do than to pass an engine on. A test with the trait ``SQLiteOnly`` runs
/// on SQLite alone.
public struct EveryEngine: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let engines = test.traits.contains { $0 is SQLiteOnly } ? [.sqlite] : TestEngine.allCases
        var failure: (any Error)?
        for engine in engines {
            let naming = IssueHandlingTrait.compactMapIssues { issue in
                var issue = issue
                issue.comments.append("on \(engine.rawValue)")
                return issue
            }
            do {
                try await TestEngine.$current.withValue(engine) {
                    try await naming.provideScope(for: test, testCase: testCase, performing: function)
                }
            } catch {
                // The other engine has its own say.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}

extension Trait where Self == EveryEngine {
    /// Each test runs once for every engine.
    public static var everyEngine: Self { Self() }
}

/// For a test that looks into the file, within a suite for every engine.
public struct SQLiteOnly: TestTrait {}

extension Trait where Self == SQLiteOnly {
    /// On SQLite alone.
    public static var sqliteOnly: Self { Self() }
}
