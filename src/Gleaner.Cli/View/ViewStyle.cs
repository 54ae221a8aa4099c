namespace Gleaner.Cli;

/// <summary>How the pages look: as the report, and a grid, a form and one large picture beside it.</summary>
static class ViewStyle
{
    public const string Address = "/style.css";

    public const string Css = ReportStyle.Css + """

        main { padding-top: .25rem; }
        .filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); gap: .5rem 1rem; align-items: end; margin: 1.25rem 0 0; padding: 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
        .filter label { display: block; min-width: 0; font-size: .875rem; }
        .filter label.search { grid-column: span 2; }
        .filter label span { display: block; color: var(--soft); }
        .filter .send { display: flex; align-items: center; gap: 1rem; margin: 0; white-space: nowrap; }
        input, select, button { width: 100%; min-height: 2.25rem; padding: .25rem .5rem; border: 1px solid var(--soft); border-radius: 4px; background: var(--paper); color: var(--ink); font: inherit; }
        button { width: auto; padding: .25rem .75rem; cursor: pointer; white-space: nowrap; }
        .filter button { flex: none; }
        h2 { margin-top: 1.5rem; border-top: 0; padding-top: 0; }
        .pages .off { display: inline-block; padding: .25rem 0; color: var(--soft); }
        .pages ul { margin-top: .25rem; }
        header nav, main nav { padding: 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: .75rem 0; padding: 0; list-style: none; }
        .card { display: flex; flex-direction: column; gap: .125rem; min-width: 0; padding: .5rem; border: 1px solid var(--line); border-top: 3px double var(--dropped); border-radius: 4px; font-size: .8125rem; line-height: 1.35; }
        .card.is-kept { border-top: 3px solid var(--kept); }
        .card.is-left-out { border-top: 3px dotted var(--soft); }
        .card:has(:target) { outline: 2px solid var(--soft); }
        .card a { display: block; color: inherit; text-decoration: none; }
        .card a:hover .name { text-decoration: underline; }
        .card .name { display: -webkit-box; margin-top: .25rem; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
        .thumb { display: block; width: 100%; aspect-ratio: 1; border-radius: 3px; background: var(--panel); }
        .small { image-rendering: pixelated; }
        .no-picture { display: grid; place-items: center; border: 1px dashed var(--line); color: var(--soft); font-size: .8125rem; }
        .no-picture.picture { max-width: 20rem; min-height: 10rem; }
        .state { font-weight: 600; } .is-kept .state { color: var(--kept); } .is-dropped .state { color: var(--dropped); }
        .fact { color: var(--soft); }
        .marks { display: flex; flex-wrap: wrap; gap: .25rem; margin-top: auto; padding-top: .375rem; }
        .card button { flex: 1 1 auto; min-height: 1.875rem; padding: .125rem .25rem; font-size: .8125rem; }
        button[aria-pressed="true"] { border-width: 2px; background: var(--ink); color: var(--paper); font-weight: 600; }
        button[aria-pressed="true"]::before { content: "\2713\00a0"; }
        .one { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem 2rem; margin-top: 1rem; }
        .one figure { margin: 0; }
        .one form p { margin: 0; color: var(--soft); }
        img.picture { display: block; max-width: 100%; max-height: 80vh; background: var(--panel); }
        img.picture.small { width: min(100%, 24rem); }
        dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .375rem 1rem; margin: 1rem 0; font-variant-numeric: tabular-nums; }
        dt { color: var(--soft); } dd { margin: 0; }
        @media (max-width: 44rem) { .one { grid-template-columns: minmax(0, 1fr); } .cards { grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); } .keys { display: none; } }

        """;
}
