internal import Cryptography
internal import Hummingbird
internal import NIOCore

/// The one stylesheet of all pages, served at ``path``.
enum Stylesheet {
    static let path = "/assets/clariva.css"

    /// As pages name it.
    static let address = address(path, text)

    /// Another text is another address, so that browsers may keep it.
    static func address(_ path: String, _ text: String) -> String {
        "\(path)?v=\(Hex.encode(Array(SHA256.digest(Array(text.utf8)).prefix(6))))"
    }

    static func response(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Colours come in pairs, one to be read on the other; both sets keep 4.5 to 1 (WCAG 2.2, 1.4.3), which a test
    /// computes.
    static let text = """
        :root { color-scheme: light dark;
            --page: #f3f6f6; --card: #ffffff; --ink: #1b2a2d; --quiet: #4d6064; --line: #cfdadb;
            --accent: #0b6468; --on-accent: #ffffff; --danger: #a01f2a; --on-danger: #ffffff;
            --pass: #17633a; --on-pass: #e2f3e8; --warn: #704600; --on-warn: #fcefd4;
            --fail: #98202a; --on-fail: #fce6e7; }
        @media (prefers-color-scheme: dark) { :root {
            --page: #10181b; --card: #182327; --ink: #e3ecee; --quiet: #a4b6ba; --line: #34464c;
            --accent: #67c9c9; --on-accent: #06201f; --danger: #f19aa0; --on-danger: #2c0609;
            --pass: #8adba6; --on-pass: #16301f; --warn: #f0c878; --on-warn: #372a10;
            --fail: #f4a5a9; --on-fail: #401b1f; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink);
            font: 1.0625rem/1.6 system-ui, "DejaVu Sans", sans-serif; }
        header { max-width: 42rem; margin: 0 auto; padding: 1.25rem 1rem 0; }
        .brand { font-weight: 700; letter-spacing: .04em; color: var(--accent); }
        main { max-width: 42rem; margin: 0 auto; padding: .5rem 1rem 4rem; overflow-wrap: break-word; }
        main:focus { outline: none; }
        h1 { font-size: 1.65rem; line-height: 1.25; margin: .5rem 0 1rem; }
        h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.25rem 0 .75rem; }
        h3 { font-size: 1rem; margin: 0; }
        p { margin: .75rem 0; }
        a { color: var(--accent); }
        dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.5rem; margin: 1rem 0;
            padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
        dt { color: var(--quiet); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        ul { padding-left: 1.25rem; } li { margin: .35rem 0; }
        ul.plain { list-style: none; padding: 0; margin: .75rem 0; }
        ul.plain > li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
            padding: .85rem 1.25rem; margin: .6rem 0; overflow-wrap: anywhere; }
        ul.plain > li p { margin: .35rem 0 .25rem; }
        fieldset { border: 0; margin: 0; padding: 0; min-width: 0; } legend { padding: 0; font-weight: 600; }
        label.choice { display: flex; gap: .85rem; align-items: center; min-height: 2.75rem; cursor: pointer; }
        input[type=radio] { width: 1.25rem; height: 1.25rem; flex: none; margin: 0; accent-color: var(--accent); }
        code { font-size: .85em; color: var(--quiet); overflow-wrap: anywhere; }
        .lead { font-size: 1.15rem; color: var(--quiet); margin: -.75rem 0 1rem; }
        .note { border-left: .25rem solid var(--accent); padding: .25rem 0 .25rem 1rem; }
        .quiet { color: var(--quiet); }
        .banner { border-radius: .75rem; padding: 1rem 1.25rem; margin: 1rem 0; border: 1px solid transparent; }
        .banner h2 { margin: 0; } .banner p { margin: .25rem 0 0; }
        .pass { color: var(--pass); background: var(--on-pass); }
        .warn { color: var(--warn); background: var(--on-warn); }
        .fail { color: var(--fail); background: var(--on-fail); }
        .check { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline;
            justify-content: space-between; }
        .badge { border-radius: 1rem; padding: .1rem .7rem; font-size: .85rem; font-weight: 600;
            border: 1px solid transparent; }
        form.action { margin: 0; }
        .button { display: inline-block; min-height: 2.75rem; font: inherit; font-weight: 600; line-height: 1.3;
            color: var(--on-accent); background: var(--accent); border: 2px solid var(--accent);
            border-radius: .6rem; padding: .6rem 1.25rem; text-decoration: none; text-align: center; cursor: pointer;
            max-width: 100%; }
        .button.second { color: var(--accent); background: var(--card); }
        .button.danger { color: var(--on-danger); background: var(--danger); border-color: var(--danger); }
        .buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0; }
        .skip { position: absolute; left: .5rem; top: -5rem; background: var(--card); color: var(--accent);
            padding: .6rem 1rem; border-radius: 0 0 .5rem .5rem; }
        .skip:focus { top: 0; }
        .button:hover { text-decoration: underline; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
        .button.danger:focus-visible { outline-color: var(--danger); }
        @media (max-width: 30rem) {
            dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .6rem; }
            .button { width: 100%; } }

        """
}
