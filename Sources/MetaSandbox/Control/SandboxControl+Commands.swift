internal import Integrations

/// The JSON control API: `/control/<command>`. Arguments come as a JSON object or as query parameters; `account` is a
/// user name or any id of the account, `person` a user name.
extension SandboxControl {
    /// Carries a command out. Bad arguments are 422 with `{"error": ...}`, unknown commands 404.
    func command(_ request: SandboxRequest) async -> SandboxAnswer {
        let name = request.path.first ?? ""
        let arguments = ControlArguments(request: request)
        do {
            if let answer = try setupCommand(name, request.method, arguments) { return .json(answer) }
            if name == "sends", request.method == "GET" { return await sendsCommand(arguments) }
            if let answer = try patientCommand(name, arguments) { return .json(answer) }
            if let answer = try await deliveryCommand(name, request.method, arguments) { return .json(answer) }
            return .json(["error": "no such command"], status: 404)
        } catch {
            return .json(["error": .string(error.description)], status: 422)
        }
    }

    /// ?account=&person=&at_least=&timeout_ms=: what the service sent and Meta accepted; with `at_least` it waits.
    private func sendsCommand(_ given: ControlArguments) async -> SandboxAnswer {
        let (account, person) = (given.text("account"), given.text("person"))
        let found: [AcceptedSend]
        if let count = given.integer("at_least") {
            let timeout = Duration.milliseconds(given.integer("timeout_ms") ?? 10_000)
            found = await waitForSends(Int(count), account: account, person: person, timeout: timeout)
        } else {
            found = sends(account: account, person: person)
        }
        return .json(["data": .array(found.map(ControlAnswers.send))])
    }

    /// What patients and the practice's people do, and what can be read of it.
    private func patientCommand(_ name: String, _ given: ControlArguments) throws(ControlError) -> JSONValue? {
        switch (name, given.request.method) {
        // Body {account, person, text | kind, reply_to?, payload?, channel?}: a person writes. With {persons: [...]} in
        // the place of {person} each of them does, so that a load generator costs little beside what it measures.
        case ("messages", "POST"):
            if let persons = given.list("persons") {
                let written = try write(
                    try given.content(), from: persons, to: try given.required("account"), on: try given.channel())
                return ["data": .array(written.map(ControlAnswers.written))]
            }
            return ControlAnswers.written(
                try write(
                    try given.content(), from: try given.required("person"), to: try given.required("account"),
                    on: try given.channel()))
        // ?account=&person=&channel=: the thread, oldest first.
        case ("messages", "GET"):
            let lines = messages(
                account: try given.required("account"), person: try given.required("person"), on: try given.channel())
            return ["data": .array(lines.map(\.json))]
        // Body {account, person, text, channel?}: somebody of the practice answers in Meta's app.
        case ("person-reply", "POST"):
            return ControlAnswers.written(
                try replyByHand(
                    try given.content(), to: try given.required("person"), from: try given.required("account"),
                    on: try given.channel()))
        // Body {account, person, text, mid?}: a real edit; the person's newest message unless mid says otherwise.
        case ("edit", "POST"):
            return ControlAnswers.written(
                try edit(
                    mid: given.text("mid"), text: try given.required("text"), account: try given.required("account"),
                    person: try given.required("person"), on: try given.channel()))
        case ("unsend", "POST"):
            return ControlAnswers.written(
                try unsend(
                    mid: given.text("mid"), account: try given.required("account"),
                    person: try given.required("person"), on: try given.channel()))
        // Body {account, person, mid?, emoji?}: no emoji takes the reaction back.
        case ("react", "POST"):
            return ControlAnswers.written(
                try react(
                    mid: given.text("mid"), emoji: given.text("emoji"), account: try given.required("account"),
                    person: try given.required("person"), on: try given.channel()))
        case ("read", "POST"):
            return ControlAnswers.written(
                try read(
                    mid: given.text("mid"), account: try given.required("account"),
                    person: try given.required("person"), on: try given.channel()))
        // Body {account, person, title, payload}: a button or ice breaker.
        case ("postback", "POST"):
            return ControlAnswers.written(
                try postback(
                    title: try given.required("title"), payload: try given.required("payload"),
                    account: try given.required("account"), person: try given.required("person"),
                    on: try given.channel()))
        default: return nil
        }
    }
}
