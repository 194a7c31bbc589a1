/// The one stylesheet of all pages, served at ``path``.
enum Stylesheet {
    static let path = "/assets/clariva.css"

    static let text = """
        :root { color-scheme: light dark; --line: #8886; --accent: #1a5fb4; }
        @media (prefers-color-scheme: dark) { :root { --accent: #78aeed; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 1.0625rem/1.55 system-ui, sans-serif; }
        main { max-width: 38rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        a { color: var(--accent); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
        dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
        ul.plain { list-style: none; padding: 0; }
        ul.plain > li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .5rem 0; }
        fieldset { border: 0; margin: 0; padding: 0; } legend { padding: 0; font-weight: 600; }
        label.choice { display: flex; gap: .75rem; align-items: baseline; }
        code { font-size: .9em; overflow-wrap: anywhere; }
        .note { border-left: .25rem solid var(--accent); padding: .25rem 0 .25rem 1rem; }
        .quiet { opacity: .75; }
        .button { display: inline-block; font: inherit; font-weight: 600; color: #fff; background: #1a5fb4; border: 0;
            border-radius: .5rem; padding: .7rem 1.25rem; text-decoration: none; cursor: pointer; }
        .button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--accent);
            outline-offset: 2px; }
        @media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }

        """
}
