import Integrations

/// Scene 1: two doctors connect through the real OAuth endpoints, one by each flow.
struct ConnectingScene: DemoScene {
    let title = "Two doctors connect"
    let promise = "one by each flow, on the account they choose"

    func play(on stage: DemoStage) async throws -> String {
        let handshake = try await stage.sandbox.post("handshake")
        stage.check(handshake["ok"]?.bool == true, "the webhook handshake did not give the challenge back")
        stage.transcript.line(.meta, "sandbox", "webhook handshake answered")
        // Dr. Winter's Facebook user sees three Pages: one is the practice's, one another account's, one nobody's.
        try await account(of: .sommer, on: stage)
        try await account(of: .winter, on: stage)
        try await stage.sandbox.post("accounts", ["username": "winter_cycling", "owner": "ben.winter"])
        try await stage.sandbox.post("pages", ["name": "Winter Family", "owner": "ben.winter"])
        for doctor in [DemoDoctor.sommer, .winter] {
            let tenant = try await Self.makeTenant(doctor, on: stage)
            try await Self.connect(tenant, on: stage)
        }
        for doctor in stage.doctors {
            let rules = try await stage.service.put("/v1/tenants/\(doctor.tenantID)/reply-rules", DemoRules.all)
            let count = rules["rules"]?.array?.count ?? 0
            stage.transcript.line(.service, doctor.username, "has \(count) reply rules now")
        }
        return "\(stage.doctors.count) accounts active, 1 of 3 Pages chosen"
    }

    private func account(of doctor: DemoDoctor, on stage: DemoStage) async throws {
        try await stage.sandbox.post(
            "accounts",
            ["username": .string(doctor.username), "name": .string(doctor.practice), "owner": .string(doctor.owner)])
    }

    /// Creates a practice through the admin API.
    static func makeTenant(_ doctor: DemoDoctor, on stage: DemoStage) async throws -> DemoDoctor {
        let tenant = try await stage.service.post(
            "/v1/tenants",
            [
                "name": .string(doctor.practice), "flow": .string(doctor.flow), "timezone": "Europe/Berlin",
                "locale": "en",
            ])
        var doctor = doctor
        doctor.tenantID = tenant["id"]?.string ?? ""
        stage.transcript.line(.service, "admin", "creates the tenant “\(doctor.practice)” (\(doctor.flow))")
        return doctor
    }

    /// Makes a connect link, walks it with a browser, and looks at the connection that came of it.
    static func connect(_ doctor: DemoDoctor, on stage: DemoStage) async throws {
        let link = try await stage.service.post("/v1/tenants/\(doctor.tenantID)/connect-links")
        guard let url = link["url"]?.string else { throw DemoFailure("the connect link has no address") }
        try await DemoConnect(doctor: doctor, stage: stage).walk(url)
        let connection = try await until("\(doctor.username) is connected") {
            try await stage.service.connections(of: doctor.tenantID).first { $0["state"]?.string == "active" }
        }
        var doctor = doctor
        doctor.instagramPageID = connection["instagram_page_id"]?.string ?? ""
        stage.enter(doctor)
        stage.check(
            connection["username"]?.string == doctor.username,
            "\(doctor.practice) is connected to another account than \(doctor.username)")
        let fields = connection["subscribed_fields"]?.array?.compactMap(\.string) ?? []
        stage.check(fields.contains("messages"), "the webhooks of \(doctor.username) are not subscribed")
        stage.transcript.line(
            .service, doctor.username,
            "active through \(connection["flow"]?.string ?? ""), \(fields.count) webhook fields")
    }
}
