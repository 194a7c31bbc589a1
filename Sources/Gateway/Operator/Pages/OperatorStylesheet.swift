/// What pages for operators add to the stylesheet of all pages.
enum OperatorStylesheet {
    static let path = "/admin/style.css"
    static let address = Stylesheet.address(path, text)

    static let text = """
        .operator main { max-width: 72rem; }
        .operator header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center;
            max-width: 72rem; margin: 0 auto; padding: .75rem 1rem 0; }
        .operator nav { flex: 1; }
        .operator nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
        .operator nav a[aria-current] { font-weight: 700; text-decoration: none; }
        .operator .skip { position: absolute; left: -100rem; }
        .operator .skip:focus { left: 1rem; top: .25rem; }
        .operator .filters { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
        .operator .filters a[aria-current] { font-weight: 700; text-decoration: none; }
        .operator .scroll { overflow-x: auto; }
        .operator table { border-collapse: collapse; width: 100%; font-size: .95rem; }
        .operator th, .operator td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
            border-bottom: 1px solid var(--line); }
        .operator td.number { font-variant-numeric: tabular-nums; }
        .operator td form { margin: 0 0 .35rem; }
        .operator button.plain { font: inherit; color: inherit; background: none; border: 1px solid currentColor;
            border-radius: .4rem; padding: .25rem .75rem; cursor: pointer; }
        .operator button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .operator input[type=text], .operator input[type=password] { font: inherit; color: inherit;
            background: transparent; border: 1px solid currentColor; border-radius: .4rem; padding: .4rem .6rem;
            max-width: 100%; }
        .operator figure { margin: 1.5rem 0; } .operator figcaption { font-weight: 600; margin-bottom: .5rem; }
        .operator .chart { width: 100%; max-width: 40rem; height: auto; }
        .operator .chart text { fill: currentColor; font-size: 15px; }
        .operator .chart rect { fill: var(--accent); }

        """
}
