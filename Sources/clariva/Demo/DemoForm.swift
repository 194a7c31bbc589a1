/// A form on an HTML page, read well enough for the pages of Clariva and of the sandbox.
struct DemoForm {
    /// An input or a button.
    struct Field {
        var type: String
        var name: String
        var value: String
        var isChecked: Bool
        /// The text behind it, up to the end of its label.
        var label: String
    }

    var action: String
    var isPost: Bool
    var fields: [Field]

    /// The first form of a page; `nil` where there is none.
    init?(in html: String) {
        guard let match = html.firstMatch(of: /<form([^>]*)>([\s\S]*?)<\/form>/) else { return nil }
        let attributes = Self.attributes(match.1)
        action = attributes["action"] ?? ""
        isPost = attributes["method"]?.lowercased() == "post"
        // The text behind a field goes on to the next field or to the end of its label.
        let field = /<(input|button)([^>]*)>([\s\S]*?)(?=<input|<button|<\/label>|<\/button>|$)/
        fields = match.2.matches(of: field).map { tag in
            let attributes = Self.attributes(tag.2)
            return Field(
                type: tag.1 == "button" ? "submit" : attributes["type"] ?? "text", name: attributes["name"] ?? "",
                value: attributes["value"] ?? "", isChecked: tag.2.contains(/\bchecked\b/), label: String(tag.3))
        }
    }

    /// What a browser sends: hidden fields, ticked boxes, the chosen radio button and the pressed button.
    /// - Parameters:
    ///   - radio: picks one of the radio buttons.
    ///   - button: the pressed button's value; `nil` for one without a name.
    /// - Returns: `nil` where no radio button is the one that is wanted.
    func filled(
        choosing radio: (Field) -> Bool, pressing button: String? = nil
    ) -> [(name: String, value: String)]? {
        var sent = fields.filter { $0.type == "hidden" || ($0.type == "checkbox" && $0.isChecked) }
        let radios = fields.filter { $0.type == "radio" }
        if !radios.isEmpty {
            guard let chosen = radios.first(where: radio) else { return nil }
            sent.append(chosen)
        }
        sent += fields.filter { $0.type == "submit" && !$0.name.isEmpty && $0.value == button }
        return sent.map { ($0.name, $0.value) }
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var found: [String: String] = [:]
        for match in text.matches(of: /([a-z-]+)="([^"]*)"/) { found[String(match.1)] = plain(match.2) }
        return found
    }

    /// The text that an attribute stands for.
    static func plain(_ text: Substring) -> String {
        String(text).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&#x27;", with: "'")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&#x2F;", with: "/")
            .replacing("&#x3D;", with: "=").replacing("&amp;", with: "&")
    }
}
