internal import Cryptography
internal import Integrations

/// Commands about webhooks.
extension SandboxControl {
    func deliveryCommand(_ name: String, _ method: String, _ given: ControlArguments) async throws(ControlError)
        -> JSONValue?
    {
        switch (name, method) {
        // ?state=&account=: every delivery with its statuses and bytes.
        case ("deliveries", "GET"):
            let state = given.text("state")
            let account = given.text("account")
            let id = account.flatMap { name in apply { $0.account(name)?.id } } ?? account
            let shown = deliveries.filter { record in
                (state == nil || record.state.rawValue == state) && (id.map(record.accounts.contains) ?? true)
            }
            return ["data": .array(shown.map(ControlAnswers.delivery))]
        // Returns once every delivery has been tried; {retries: true} makes waiting retries due first.
        case ("drain", "POST"):
            if given.flag("retries") == true { hurryRetries() }
            await drain()
            return ["ok": true, "deliveries": .integer(Int64(deliveries.count))]
        // Body {id}: the same bytes once more.
        case ("redeliver", "POST"):
            guard let id = given.integer("id") else { throw ControlError("id is required") }
            return ["id": .integer(Int64(try redeliver(Int(id))))]
        case ("handshake", "POST"):
            return ["ok": .bool(try await handshake(verifyToken: given.text("verify_token")))]
        case ("raw", "POST"): return try await raw(given)
        case ("restamp", "POST"): return try await restampCommand(given)
        // Body {url, account, flow}: deauthorize and data-deletion callbacks.
        case ("signed-request", "POST"):
            guard let flow = try given.flow() else { throw ControlError("flow is required") }
            let posted = try await postSignedRequest(
                to: try given.required("url"), account: try given.required("account"), flow: flow)
            return ControlAnswers.posted(posted)
        default: return nil
        }
    }

    /// Body {app: instagram|facebook, body: any JSON | text: string | base64url: string, signature?: string | false}.
    /// JSON is written as Meta writes it; text and base64url are sent as they are.
    private func raw(_ given: ControlArguments) async throws(ControlError) -> JSONValue {
        guard let app = MetaApp(rawValue: given.text("app") ?? "instagram") else {
            throw ControlError("app is instagram or facebook")
        }
        let json = given.request.json
        let bytes: [UInt8]
        if let body = json?["body"] {
            bytes = body.encoded(.meta)
        } else if let text = json?["text"]?.string {
            bytes = Array(text.utf8)
        } else if let encoded = json?["base64url"]?.string, let decoded = Base64URL.decode(encoded) {
            bytes = decoded
        } else {
            throw ControlError("body, text or base64url is required")
        }
        var signature: String?? = nil
        if let text = json?["signature"]?.string { signature = .some(text) }
        if json?["signature"]?.bool == false { signature = .some(nil) }
        return ControlAnswers.posted(try await deliverRaw(bytes, signedBy: app, signature: signature))
    }

    /// Body {account, person, template: a body or an array of bodies, flow?, deliver?: false}
    private func restampCommand(_ given: ControlArguments) async throws(ControlError) -> JSONValue {
        guard let template = given.request.json?["template"] else { throw ControlError("template is required") }
        let sample = try await restamp(
            template, account: try given.required("account"), person: try given.required("person"),
            flow: try given.flow(), delivers: given.flag("deliver") ?? true)
        return [
            "mids": .array(sample.mids.map { .string($0) }),
            "bodies": .array(sample.bodies.map { .string(String(decoding: $0, as: UTF8.self)) }),
            "posted": .array(sample.posted.map(ControlAnswers.posted)),
        ]
    }
}
