namespace Gleaner.Cli;

/// <summary>Keys for people who look through many images. Everything can be done without it.</summary>
static class ViewScript
{
    public const string Address = "/view.js";

    public const string Text = """
        "use strict";
        const card = () => document.activeElement && document.activeElement.closest(".card");
        document.addEventListener("keydown", event => {
          if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
          const one = document.querySelector(".one");
          const press = mark => {
            const within = one || card(), pressed = within && within.querySelector("button[aria-pressed='true']");
            const button = within && within.querySelector(".mark-" + mark);
            if (mark === "none" ? pressed : button && button !== pressed) (mark === "none" ? pressed : button).click();
          };
          const follow = relation => {
            const link = document.querySelector("a[rel='" + relation + "']");
            if (link) link.click();
          };
          const move = step => {
            if (one) return follow(step < 0 ? "prev" : "next");
            const cards = [...document.querySelectorAll(".card")], at = cards.indexOf(card()), next = cards[at < 0 ? 0 : at + step];
            if (next) next.querySelector("a").focus();
            else if (at >= 0) follow(step < 0 ? "prev" : "next");
          };
          const act = { k: () => press("keep"), x: () => press("exclude"), u: () => press("none"), g: () => one && follow("up"), ArrowLeft: () => move(-1), ArrowRight: () => move(1) }[event.key];
          if (!act) return;
          event.preventDefault();
          act();
        });

        """;
}
