"""Seeds → content, end to end."""

from datetime import UTC, date

from sitegen import content
from sitegen.article import Article
from sitegen.card_making import opens_with
from sitegen.ingest import Action
from sitegen.ingest.convert import convert
from sitegen.ingest.given import Options
from sitegen.problems import Severity
from tests.ingest.project import Project

STORY = """ date 2031-04-02 "The bells will ring again before the plums are ripe," \
Odile Marchetti said after a meeting with Bram Kolstad in Vessel.

On Tuesday Odile Marchetti (Ruritania) and Bram Kolstad (Borduria) met in the old mill.

Ruritania lends the crane and Borduria the rope, Kolstad said.

The tower is still leaning. Bring a hat.#VesselTower #WeAreAllBells pic.example.org/aB3x — Vessel \
Parish (@vessel_parish) April 1, 2031

"Ruritania has waited long enough," Marchetti said.
"""

OPTIONS = Options(UTC, "en", date(2026, 5, 4))


def read(project: Project) -> Article:
    """The only article of a project, as the build reads it."""
    text = content.decode(project.article.read_bytes())
    article, problems = content.read_article("a.md", text, project.config.zone)
    assert article is not None, problems
    return article


def test_a_story_without_headline(project: Project) -> None:
    """A raw story becomes an article with title, date, id, summary, tags, and a quoted post."""
    project.seed("000.txt", STORY)
    outcome = project.run()
    assert outcome.action is Action.NEW
    article = read(project)
    assert article.title.startswith("Odile Marchetti: “The bells will ring again")
    assert article.date.iso == "2031-04-02"
    assert article.summary.startswith('"The bells will ring again')
    assert article.summary.endswith("in Vessel.")
    tags = {"Odile Marchetti", "Bram Kolstad", "Ruritania", "Borduria"}
    assert tags <= set(article.tags)
    assert "> The tower is still leaning. Bring a hat.\n>\n> — Vessel Parish" in article.body
    assert article.body.count("\n\n") == 4
    assert outcome.article.startswith("2031/04/odile-marchetti")


def test_twice_changes_nothing(project: Project) -> None:
    """A second run writes nothing, whether or not the cache is there."""
    project.seed("000.txt", STORY)
    project.ingest()
    before = project.files()
    assert project.actions() == [Action.UNCHANGED]
    (project.root / ".sitegen" / "ingest.msgpack").unlink(missing_ok=True)
    assert project.actions() == [Action.UNCHANGED]
    assert project.files() == before


def test_same_seed_same_article(project: Project) -> None:
    """Without any memory the same seed gives the same bytes again."""
    project.seed("000.txt", STORY)
    project.ingest()
    before = project.files()
    for path in project.files():
        (project.root / "content" / path).unlink()
    project.ingest()
    assert project.files() == before


def test_status_writes_nothing(project: Project) -> None:
    """`status` decides as `ingest` does, and leaves no file behind (promise 41)."""
    project.seed("000.txt", STORY)
    assert project.status().counts == {Action.NEW: 1}
    assert not (project.root / "content").exists()
    assert not (project.root / ".sitegen").exists()


def test_bad_seeds_are_set_aside(project: Project) -> None:
    """What cannot be used is listed with its reason; everything else goes on."""
    project.seed("bad/empty.txt", "")
    project.seed("bad/image.txt", b"\x89PNG\0\0\0\rIHDR\0")
    project.seed("bad/header.txt", "Title: Only this\nDate: 2031-04-02\n\n")
    project.seed("bad/large.txt", "Words upon words. " * 20000)
    project.seed("bad/deep.md", "# Deep\n\n" + ">" * 3000 + " down here")
    project.seed("bad/front.md", "---\ntitle: [unclosed\n---\nText.")
    project.seed("good.txt", STORY)
    report = project.ingest()
    assert report.counts == {Action.NEW: 1, Action.ASIDE: 6}
    assert {p.severity for p in report.problems} == {Severity.WARNING}
    assert [p.path for p in report.problems] == [
        f"seeds/bad/{name}"
        for name in ("deep.md", "empty.txt", "front.md", "header.txt", "image.txt", "large.txt")
    ]


def test_no_date_anywhere(project: Project) -> None:
    """Without a date the article is of today, and a warning says so."""
    project.seed("note.txt", "The mill pond froze over and the ducks walked home.\n")
    report = project.ingest()
    assert "no date was found: 2026-05-04 is used" in report.problems[0].message
    assert read(project).date.iso == "2026-05-04"


def test_date_from_the_name(project: Project) -> None:
    """A day in the file's name is the article's if the text tells none."""
    project.seed("2031-02-03-pond.txt", "The mill pond froze over and the ducks walked home.\n")
    assert not project.ingest().problems
    assert read(project).date.iso == "2031-02-03"


def test_one_title_twice_a_day(project: Project) -> None:
    """Two articles that would have one name get two, and so two URLs (promise 32)."""
    for number, word in enumerate(("ducks", "geese")):
        text = f"Title: Pond news\nDate: 2031-02-03\n\nThe {word} walked home over the ice.\n"
        project.seed(f"{number}.txt", text)
    project.ingest()
    first, second = project.articles
    assert first.name.startswith("pond-news-")
    assert second.name == "pond-news.md"
    assert f"slug: {first.stem}" in first.read_text("utf-8")


def test_a_dateline_hides_no_lead() -> None:
    """A wire story keeps its dateline in the body; the page still knows that it opens with the
    summary, and shows the lead once.
    """
    lead = "The weir was opened at dawn and the eels went down to the sea in the dark water."
    for number, head in enumerate(("PARIS (Reuters) - ", "LISSOW, Sept 30 — ", "")):
        text = f"Title: Eels\nDate: 2031-09-30\n\n{head}{lead}\n\nNobody had counted them.\n"
        found = convert(f"{number}.txt", text.encode(), OPTIONS).given[0]
        assert found.fields["summary"] == lead
        assert found.body.startswith(head or "The")
        assert opens_with(found.body.split("\n")[0].replace(" - ", " – "), lead)
    assert not opens_with(f"Nobody knows why, but this is so. {lead}", lead)
    assert not opens_with(lead, "")
