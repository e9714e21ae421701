"""Promise 40: as converted × as edited × as the seed now converts. No hand edit is ever lost."""

from itertools import product

import pytest

from sitegen.frontmatter import parse
from sitegen.ingest import Action, SeedState, provenance
from sitegen.ingest.shelf import INCOMING
from tests.ingest.project import Project

FIRST = "The weir was opened at dawn and the eels went down to the sea in the dark water."
SECOND = "Nobody had counted them before, and nobody who was there will forget the sound."
THIRD = "The keeper closed it again at noon and went home to his breakfast and his cat."


def seed(title: str = "Eels go down", tags: str = "Weir, Eels, River", *body: str) -> str:
    """A seed with header lines."""
    paragraphs = "\n\n".join(body or (FIRST, SECOND, THIRD))
    return f"Title: {title}\nDate: 2031-09-30\nTags: {tags}\n\n{paragraphs}\n"


EDITS = {
    "nothing": [],
    "title": [("Eels go down", "Eels leave us")],
    "title as the seed will": [("Eels go down", "Eels go out")],
    "first paragraph": [(f"---\n\n{FIRST}", f"---\n\n{FIRST} At last.")],
    "first paragraph as the seed will": [(f"---\n\n{FIRST}", f"---\n\n{FIRST} They say.")],
    "last paragraph": [(THIRD, "The keeper slept.")],
    "paragraph struck out": [(f"{SECOND}\n\n", "")],
    "paragraph added": [(THIRD, f"{THIRD}\n\nMore on this tomorrow.")],
    "tag added": [("- River\n", "- River\n- Night\n")],
    "tag struck out": [("- Weir\n", "")],
    "a comment and draft": [("date: 2031-09-30", "# checked by M.\ndate: 2031-09-30\ndraft: true")],
    "title and last paragraph": [("Eels go down", "Eels leave us"), (THIRD, "The keeper slept.")],
}
SEEDS = {
    "nothing": seed(),
    "spacing": seed().replace("\n\n", "\n\n\n") + "\n\n",
    "title": seed("Eels go out"),
    "first paragraph": seed(
        "Eels go down", "Weir, Eels, River", f"{FIRST} They say.", SECOND, THIRD
    ),
    "paragraph added in front": seed(
        "Eels go down", "Weir, Eels, River", "It had rained all week.", FIRST, SECOND, THIRD
    ),
    "paragraph struck out": seed("Eels go down", "Weir, Eels, River", FIRST, THIRD),
    "tag added": seed("Eels go down", "Weir, Eels, River, Autumn"),
    "title and first paragraph": seed(
        "Eels go out", "Weir, Eels, River", f"{FIRST} They say.", SECOND, THIRD
    ),
}
CLASHES = {
    ("title", "title"),
    ("title", "title and first paragraph"),
    ("title and last paragraph", "title"),
    ("title and last paragraph", "title and first paragraph"),
    ("first paragraph", "first paragraph"),
    ("first paragraph", "title and first paragraph"),
}
"""Where both change the same place, each its own way (beside each other is the same place)."""
AGREE = {
    ("title as the seed will", "title"),
    ("paragraph struck out", "paragraph struck out"),
}
"""Where the seed gives now what the editor wrote before."""


@pytest.fixture(autouse=True, params=["in full", "briefly"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing differs where a seed gives so many articles that they are remembered briefly."""
    if request.param == "briefly":
        monkeypatch.setattr(provenance, "MANY", 0)


@pytest.mark.parametrize(("edit", "change"), list(product(EDITS, SEEDS)))
def test_the_table(project: Project, edit: str, change: str) -> None:
    """Each cell of the table does what it says, loses no hand edit, and settles at once."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    for old, new in EDITS[edit]:
        project.edit(old, new)
    edited = project.article.read_text("utf-8")
    project.seed("eels.txt", SEEDS[change])
    outcome = project.run()
    text = project.article.read_text("utf-8")

    assert outcome.action is expected(edit, change)
    for _, new in EDITS[edit]:
        assert new.strip("-\n") in text
    if outcome.action in (Action.UNCHANGED, Action.KEPT):
        assert text == edited
    beside = project.article.with_name(project.article.name + INCOMING)
    assert beside.exists() == (outcome.action is Action.CLASH)
    if outcome.action is Action.CLASH:
        assert outcome.clashes
        assert parse(beside.read_text("utf-8")).fields["title"]
    assert "<<<<" not in text
    # A second run finds nothing left to do.
    before = project.files()
    again = project.run()
    assert again.action is (Action.CLASH if beside.exists() else Action.UNCHANGED)
    assert project.files() == before


def expected(edit: str, change: str) -> Action:
    """What the table of promise 40 says."""
    if change in ("nothing", "spacing"):
        return Action.KEPT if change == "spacing" and edit != "nothing" else Action.UNCHANGED
    if edit == "nothing":
        return Action.UPDATED
    if (edit, change) in CLASHES:
        return Action.CLASH
    return Action.KEPT if (edit, change) in AGREE else Action.MERGED


@pytest.mark.parametrize("change", SEEDS)
def test_deleted_stays_deleted(project: Project, change: str) -> None:
    """What the editor deleted does not come back, whatever the seed does."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.article.unlink()
    project.seed("eels.txt", SEEDS[change])
    assert project.status().outcomes[0].action is Action.REMOVED
    project.ingest()
    assert not project.articles
    project.seed("eels.txt", SEEDS["title"])
    project.ingest()
    assert not project.articles


@pytest.mark.parametrize("change", SEEDS)
def test_unedited_equals_fresh(project: Project, change: str) -> None:
    """An article that nobody edited becomes what the new seed alone would have given."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    name, old = project.article.name, parse(project.article.read_text("utf-8"))
    project.seed("eels.txt", SEEDS[change])
    project.ingest()
    new = parse(project.article.read_text("utf-8"))
    assert project.article.name == name
    assert new.fields["id"].value == old.fields["id"].value
    assert [key for key in new.fields if key != "slug"] == list(old.fields)


def test_both_sides_are_in_a_merge(project: Project) -> None:
    """A merge holds what the editor changed and what the seed changed."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit(THIRD, "The keeper slept.")
    project.edit("- Weir\n", "")
    project.seed("eels.txt", SEEDS["title and first paragraph"])
    outcome = project.run()
    assert outcome.edited == ("tags", "body")
    assert set(outcome.changed) == {"title", "summary", "body"}
    text = project.article.read_text("utf-8")
    assert "title: Eels go out" in text
    assert f"{FIRST} They say.\n\n{SECOND}\n\nThe keeper slept.\n" in text
    assert "Weir" not in text.split("---")[1]


def test_comments_order_and_spacing_stay(project: Project) -> None:
    """Updating a field leaves every other line of the front matter as the editor wrote it."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    head, body = project.article.read_text("utf-8").split("\n---\n", 1)
    lines = [
        "---",
        "# On the eels",
        "draft:   yes   # until Monday",
        *reversed(head.split("\n")[1:]),
    ]
    lines = [line for line in lines if not line.startswith(("- ", "tags:"))] + [
        "tags: [Weir, Eels, River]"
    ]
    project.article.write_text("\n".join(lines) + "\n---\n" + body, "utf-8")
    project.seed("eels.txt", seed("Eels go out", "Weir, Eels, River, Autumn"))
    assert project.run().action is Action.MERGED
    kept = [line for line in lines if not line.startswith(("title", "tags"))]
    after = project.article.read_text("utf-8").split("\n---\n", 1)[0].split("\n")
    assert [line for line in after if line in kept] == kept
    assert "title: Eels go out" in after
    assert "- Autumn" in after


def test_broken_front_matter_is_left_alone(project: Project) -> None:
    """A file that cannot be read is the editor's: what came lies beside it."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("tags:", "tags: [")
    before = project.article.read_bytes()
    project.seed("eels.txt", SEEDS["title"])
    assert project.run().action is Action.CLASH
    assert project.article.read_bytes() == before


def test_a_clash_waits_until_it_is_settled(project: Project) -> None:
    """A clash is reported, never as done, until the incoming copy is deleted (promise 41)."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("Eels go down", "Eels leave us")
    project.seed("eels.txt", SEEDS["title"])
    report = project.ingest()
    assert "both changed it (title): yours was kept" in report.problems[0].message
    for _ in range(2):
        assert project.status().counts == {Action.CLASH: 1}
        assert project.ingest().counts == {Action.CLASH: 1}
    project.article.with_name(project.article.name + INCOMING).unlink()
    assert project.ingest().counts == {Action.UNCHANGED: 1}
    assert project.status().counts == {Action.KEPT: 1}


def test_renamed_seed(project: Project) -> None:
    """A renamed seed keeps its article, and the edits in it."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("Eels go down", "Eels leave us")
    (project.root / "seeds/eels.txt").rename(project.root / "seeds/weir.txt")
    outcome = project.run()
    assert (outcome.state, outcome.was) == (SeedState.RENAMED, "eels.txt")
    assert len(project.articles) == 1
    assert [p for p in project.files() if ".provenance" in p] == [".provenance/weir.txt.json"]
    project.seed("weir.txt", SEEDS["first paragraph"])
    assert project.run().action is Action.MERGED
    assert "Eels leave us" in project.article.read_text("utf-8")


def test_renamed_and_changed_seed(project: Project) -> None:
    """A seed that was renamed and changed at once is still known by what it shares."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("Eels go down", "Eels leave us")
    (project.root / "seeds/eels.txt").unlink()
    project.seed("weir.txt", SEEDS["first paragraph"])
    outcome = project.run()
    assert (outcome.action, outcome.was) == (Action.MERGED, "eels.txt")
    assert len(project.articles) == 1


def test_moved_article(project: Project) -> None:
    """An article that the editor moved is found by its id."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    moved = project.root / "content" / "river" / "eels-of-the-year.md"
    moved.parent.mkdir()
    project.article.rename(moved)
    project.seed("eels.txt", SEEDS["title"])
    assert project.run().action is Action.UPDATED
    assert project.article == moved
    assert "Eels go out" in moved.read_text("utf-8")


def test_deleted_seed(project: Project) -> None:
    """The article of a seed that was deleted stays, and is said to have none."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    (project.root / "seeds/eels.txt").unlink()
    outcome = project.run()
    assert (outcome.action, outcome.state) == (Action.GONE, SeedState.GONE)
    assert len(project.articles) == 1
    project.seed("eels.txt", SEEDS["title"])
    assert project.run().action is Action.UPDATED


def test_swapped_seeds(project: Project) -> None:
    """Two seeds that swap their names swap nothing else."""
    other = seed("Cat seen", "Cat, Weir, Keeper", "The cat of the keeper was seen on the roof.")
    project.seed("a.txt", SEEDS["nothing"])
    project.seed("b.txt", other)
    project.ingest()
    articles = {path: path.read_bytes() for path in project.articles}
    project.seed("a.txt", other)
    project.seed("b.txt", SEEDS["nothing"])
    states = [outcome.state for outcome in project.ingest().outcomes]
    assert states == [SeedState.RENAMED, SeedState.RENAMED]
    assert {path: path.read_bytes() for path in project.articles} == articles
    project.seed("b.txt", SEEDS["title"])
    assert project.actions() == [Action.UNCHANGED, Action.UPDATED]


def test_another_story_under_an_old_name(project: Project) -> None:
    """A seed that is overwritten with another story leaves the old article and gives a new one."""
    project.seed("latest.txt", SEEDS["nothing"])
    project.ingest()
    text = "Title: Cat seen\nDate: 2031-10-02\n\nThe cat of the keeper was seen on the roof.\n"
    project.seed("latest.txt", text)
    assert {o.action for o in project.ingest().outcomes} == {Action.NEW, Action.GONE}
    assert len(project.articles) == 2


def test_copied_seed(project: Project) -> None:
    """The same seed twice is one article."""
    project.seed("a.txt", SEEDS["nothing"])
    project.seed("b.txt", SEEDS["nothing"])
    assert project.actions() == [Action.NEW, Action.DUPLICATE]
    assert project.actions() == [Action.UNCHANGED, Action.DUPLICATE]
    assert len(project.articles) == 1


def test_memory_lost(project: Project) -> None:
    """Without provenance an edited article is kept as it is, and later changes still merge."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("Eels go down", "Eels leave us")
    (project.root / "content/.provenance/eels.txt.json").unlink()
    assert project.run().action is Action.KEPT
    project.seed("eels.txt", SEEDS["first paragraph"])
    assert project.run().action is Action.MERGED
    assert "Eels leave us" in project.article.read_text("utf-8")


def test_a_new_headline_is_no_new_page(project: Project) -> None:
    """When the seed's headline changes, the article keeps its address."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.seed("eels.txt", SEEDS["title"])
    project.ingest()
    assert "slug: eels-go-down\n" in project.article.read_text("utf-8")
    project.seed("eels.txt", SEEDS["nothing"])
    assert project.run().action is Action.UPDATED
    assert project.article.read_text("utf-8").count("slug:") == 1


def test_a_new_day_keeps_the_old_address(project: Project) -> None:
    """When the seed's day changes, the old address leads to the new one; back again, as before."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    moved = SEEDS["title"].replace("2031-09-30", "2031-10-01")
    project.seed("eels.txt", moved)
    assert project.run().action is Action.UPDATED
    fields = parse(project.article.read_text("utf-8")).fields
    assert fields["slug"].value == "eels-go-down"
    assert "aliases:\n- /2031/09/30/eels-go-down/\n" in project.article.read_text("utf-8")
    assert project.run().action is Action.UNCHANGED
    assert project.status().outcomes[0].edited == ()
    project.seed("eels.txt", SEEDS["title"])
    assert project.run().action is Action.UPDATED
    text = project.article.read_text("utf-8")
    assert "aliases:\n- /2031/10/01/eels-go-down/\n" in text
    assert "/2031/09/30/" not in text


def test_a_permalink_is_the_address(project: Project) -> None:
    """An article whose address does not hang on its day needs no alias."""
    project.seed("eels.txt", SEEDS["nothing"])
    project.ingest()
    project.edit("tags:", "permalink: /eels/\ntags:")
    project.seed("eels.txt", SEEDS["nothing"].replace("2031-09-30", "2031-10-01"))
    assert project.run().action is Action.MERGED
    assert "aliases" not in project.article.read_text("utf-8")
