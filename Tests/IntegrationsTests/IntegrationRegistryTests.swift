import Integrations
import Testing

@Suite struct IntegrationRegistryTests {
    private let instagram = IntegrationSubject.instagramLogin.integration(RecordedMeta())
    private let facebook = IntegrationSubject.facebookPage.integration(RecordedMeta())

    @Test func findsByNameAndByApp() {
        let registry = IntegrationRegistry([instagram, facebook, instagram])
        #expect(registry.all.map(\.name) == ["instagram_login", "facebook_page"])
        #expect(registry["facebook_page"]?.app == .facebook)
        #expect(registry.all.filter(\.namesSenders).map(\.name) == ["facebook_page"])
        #expect(registry["another"] == nil)
        #expect(registry.serving(app: .instagram).map(\.name) == ["instagram_login"])
        #expect(registry.off.isEmpty)
    }

    @Test func aFlowThatIsOffIsNamedWithTheReason() {
        let registry = IntegrationRegistry([instagram])
        #expect(registry["facebook_page"] == nil)
        #expect(registry.off.map(\.name) == ["facebook_page"])
        #expect(registry.off.first?.offReason == "Facebook Page is off because its app id and secret are missing.")
    }
}
