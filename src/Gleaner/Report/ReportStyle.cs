namespace Gleaner;

/// <summary>How a report looks: light and dark as the reader's system is, on paper, and on narrow screens. No colour carries a meaning alone.</summary>
static class ReportStyle
{
    public const string Css = """

        :root { color-scheme: light dark; --paper: #fff; --ink: #1d2733; --soft: #55606e; --line: #d4dae1; --panel: #f5f7f9; --link: #0a58a8; --kept: #17663a; --dropped: #b3430a; --mark: #1d2733;
          --a0: #0b62a8; --a1: #b3430a; --a2: #17663a; --a3: #7d35a0; --a4: #a3195b; --a5: #775800; --a6: #00696f; --a7: #55606e; }
        @media screen and (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e9ee; --soft: #a5b0bc; --line: #37414c; --panel: #1c2229; --link: #7db8f5; --kept: #6fd08c; --dropped: #ff9b5e; --mark: #e4e9ee;
          --a0: #6cb2f7; --a1: #ff9b5e; --a2: #6fd08c; --a3: #d19cf5; --a4: #ff85b8; --a5: #dfbf50; --a6: #5fd0d8; --a7: #a5b0bc; } }
        * { box-sizing: border-box; }
        html { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
        header, nav, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2rem; }
        header p { max-width: 52rem; }
        .eyebrow { margin: 0; color: var(--soft); font-size: .875rem; }
        h1 { margin: .25rem 0 .75rem; font-size: clamp(1.5rem, 1.1rem + 1.6vw, 2.25rem); line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; }
        h2 { margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.375rem; line-height: 1.3; }
        h3 { margin: 1.5rem 0 .5rem; font-size: 1.0625rem; line-height: 1.35; }
        p, li { max-width: 52rem; }
        a { color: var(--link); }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
        nav a { display: inline-block; padding: .25rem 0; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: .5rem; padding: .5rem; background: var(--paper); }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .note { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--link); background: var(--panel); max-width: 52rem; }
        .note p { margin: 0; }
        .note p + p { margin-top: .5rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem 2rem; }
        figure { margin: 1rem 0; min-width: 0; }
        figcaption { color: var(--soft); font-size: .875rem; }
        figure svg { display: block; width: 100%; height: auto; max-width: 46rem; }
        figure.chart > figcaption { margin-bottom: .5rem; max-width: 46rem; }
        svg text { font-size: 13px; fill: var(--ink); }
        .grid { stroke: var(--line); } .axis, .tick { stroke: var(--soft); } .rule { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 5 4; }
        svg .rule-label { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
        .bar-kept { fill: var(--kept); } .bar-dropped { fill: var(--dropped); fill-opacity: .22; stroke: var(--dropped); } .bar-all { fill: var(--soft); fill-opacity: .25; stroke: var(--soft); }
        .step-kept { fill: none; stroke: var(--kept); stroke-width: 3; stroke-linejoin: round; }
        .line-reference { fill: none; stroke: var(--dropped); stroke-width: 1.5; stroke-linejoin: round; }
        .dot-dropped { fill: none; stroke: var(--dropped); stroke-width: 3; stroke-linecap: round; stroke-opacity: .55; } .cross-kept { fill: none; stroke: var(--kept); stroke-width: 1.4; }
        .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; } .band { fill-opacity: .13; stroke: none; } .trial { fill-opacity: .55; stroke: none; } .mean { stroke: var(--paper); stroke-width: 1.2; } .spread { fill: none; stroke-width: 1.5; }
        .key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 0; padding: 0; list-style: none; font-size: .875rem; }
        .key li { display: flex; align-items: center; gap: .5rem; }
        .key svg { flex: none; width: 44px; height: 16px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: .75rem 0; font-size: .9375rem; font-variant-numeric: tabular-nums; }
        caption { padding: .25rem 0; color: var(--soft); font-size: .875rem; text-align: left; }
        th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: normal; }
        td.text { overflow-wrap: anywhere; min-width: 5.5rem; }
        thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; }
        th { font-weight: 600; } tbody th { font-weight: 500; }
        td.number, th.number { text-align: right; white-space: nowrap; }
        details { margin: .75rem 0; } summary { cursor: pointer; padding: .25rem 0; color: var(--link); }
        pre { padding: .75rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; }
        .groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: .5rem 1.25rem; }
        .sheet { position: relative; margin: 0 0 .75rem; }
        .sheet figcaption { display: flex; align-items: center; gap: .5rem; margin-bottom: .25rem; border-bottom: 3px double var(--dropped); color: var(--ink); }
        .sheet.is-kept figcaption { border-bottom: 3px solid var(--kept); }
        .thumbs { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 0; list-style: none; }
        .thumbs img { display: block; width: 52px; height: 52px; border-radius: 3px; background: var(--panel); }
        .thumbs.small img { image-rendering: pixelated; }
        .tip { display: none; position: absolute; z-index: 1; top: 100%; left: 0; right: 0; padding: .5rem .75rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--panel); font-size: .8125rem; white-space: pre-line; }
        img:hover + .tip, img:focus + .tip { display: block; }
        footer { margin-top: 3rem; padding-top: 1rem; padding-bottom: 2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
        @media (max-width: 34rem) { header, nav, main, footer { padding-left: 1rem; padding-right: 1rem; } svg text { font-size: 17px; } .key svg text { font-size: 13px; } }
        @media print { :root { color-scheme: light; } html { font-size: 11pt; } nav, .skip, .tip { display: none; } h2, h3 { break-after: avoid; } figure, tr, .note { break-inside: avoid; } .scroll { overflow: visible; } * { print-color-adjust: exact; } }

        """;
}
