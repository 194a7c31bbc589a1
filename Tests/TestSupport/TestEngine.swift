/// The engines that a suite for both of them runs on.
public enum TestEngine: String, CaseIterable, Sendable {
    case sqlite
    case postgres

    /// PostgreSQL only where there is a server: `scripts/with-postgres swift test ...`.
    public static var allCases: [TestEngine] { TestServer.url == nil ? [.sqlite] : [.sqlite, .postgres] }

    /// What ``EveryEngine`` runs the test on at this moment.
    @TaskLocal public static var current = TestEngine.sqlite
}
