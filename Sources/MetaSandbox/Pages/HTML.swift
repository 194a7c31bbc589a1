/// Text for pages. Whatever did not come from this program is escaped.
enum HTML {
    static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A whole page.
    /// - Parameters:
    ///   - refresh: seconds after which the browser loads it again.
    ///   - body: markup, already escaped.
    static func page(_ title: String, refresh: Int? = nil, body: String) -> String {
        let again = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" } ?? ""
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">\(again)
            <title>\(escape(title))</title><style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
            fieldset{border:1px solid #bbb;border-radius:6px;margin:1rem 0}
            label{display:block;margin:.3rem 0}input[type=text],select{font:inherit;width:100%;box-sizing:border-box}
            button{font:inherit;padding:.4rem 1rem;margin:.3rem .3rem .3rem 0}
            .in,.out{border-radius:8px;padding:.4rem .8rem;margin:.4rem 0;max-width:75%;white-space:pre-wrap}
            .in{background:#eee}.out{background:#d5e8ff;margin-left:auto}.note{color:#555;font-size:.85rem}
            td,th{text-align:left;padding:.2rem .8rem .2rem 0}
            </style></head><body><h1>\(escape(title))</h1>\(body)</body></html>
            """
    }

    /// A hidden form field.
    static func hidden(_ name: String, _ value: String) -> String {
        "<input type=\"hidden\" name=\"\(escape(name))\" value=\"\(escape(value))\">"
    }
}
