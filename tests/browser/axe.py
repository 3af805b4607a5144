"""axe-core in a page: what breaks WCAG 2.0 to 2.2 A and AA or good practice there."""

from pathlib import Path

from playwright.sync_api import Page

from tinhso.site.setup import FRONTEND

SOURCE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """
async tags => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} — ${n.failureSummary.split('\\n').slice(1, 3).join(' ').trim()}`));
}
"""


def complaints(page: Page) -> list[str]:
    """One line for each place. The page's context must have been opened with `axe=True`."""
    page.evaluate(Path(SOURCE).read_text("utf-8"))
    return page.evaluate(RUN, TAGS)
