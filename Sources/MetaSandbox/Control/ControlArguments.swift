internal import Integrations

/// The arguments of a control call: a JSON body, or query parameters.
struct ControlArguments: Sendable {
    let request: SandboxRequest

    /// A text, or `nil`.
    func text(_ name: String) -> String? { request[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A text that has to be there.
    func required(_ name: String) throws(ControlError) -> String {
        guard let value = text(name) else { throw ControlError("\(name) is required") }
        return value
    }

    func integer(_ name: String) -> Int64? {
        request.json?[name]?.looseInteger ?? request.query[name].flatMap { Int64($0) }
    }

    func number(_ name: String) -> Double? {
        request.json?[name]?.number ?? request.query[name].flatMap { Double($0) }
    }

    func flag(_ name: String) -> Bool? {
        request.json?[name]?.bool ?? request.query[name].map { $0 == "true" || $0 == "1" }
    }

    /// A list of texts: a JSON array, or one comma-separated text.
    func list(_ name: String) -> [String]? {
        request.json?[name]?.array?.compactMap(\.identifier)
            ?? text(name)?.split(separator: ",").map(String.init)
    }

    /// `instagram` where nothing is said.
    func channel() throws(ControlError) -> Channel {
        guard let name = text("channel") else { return .instagram }
        guard let channel = Channel(rawValue: name) else { throw ControlError("channel is instagram or messenger") }
        return channel
    }

    func flow(_ name: String = "flow") throws(ControlError) -> SandboxFlow? {
        guard let value = text(name) else { return nil }
        guard let flow = SandboxFlow(rawValue: value) else {
            throw ControlError("\(name) is instagram_login or facebook_page")
        }
        return flow
    }

    /// `text`, `kind`, `reply_to`, `payload`.
    func content() throws(ControlError) -> SandboxContent {
        let text = text("text")
        let kind = self.text("kind") ?? "text"
        guard text != nil || kind != "text" else { throw ControlError("text or kind is required") }
        return SandboxContent(text: text, kind: kind, replyTo: self.text("reply_to"), payload: self.text("payload"))
    }
}
