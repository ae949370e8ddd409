"""Rules of posts for any input: links, masks, dates (facts §4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.attachments import read_materials
from itn_sync.sandbox.classroom.masks import masked_fields
from itn_sync.sandbox.classroom.posts import Post
from itn_sync.sandbox.classroom.submissions import Submission, is_late
from itn_sync.sandbox.discovery import method
from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.scalars import snake
from itn_sync.sandbox.world import World

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
FIELDS = ["title", "description", "topicId", "scheduledTime"]
HOSTS = ["docs.google.com", "drive.google.com", "youtu.be", "www.youtube.com", "ecole.example"]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """A call in an empty world."""
    folder: Path = tmp_path_factory.mktemp("world")
    world = World(folder / "world.sqlite")
    with world.transaction(write=True) as state:
        creating = method("classroom.courses.courseWorkMaterials.create")
        yield Call(creating, "amelie.prof@ecole.example", state, NOW)
    world.close()


def links() -> st.SearchStrategy[str]:
    """Anything, and things that look like links to what Google knows."""
    paths = st.text("/dwatch?v=&idfilefolders.:[]0-9_-aZé ", max_size=60)
    known = st.builds("https://{}{}".format, st.sampled_from(HOSTS), paths)
    return st.one_of(st.text(max_size=80), known)


@given(url=links())
def test_any_link_is_kept_as_it_is_or_recognised_or_refused(call: Call, url: str) -> None:
    try:
        (kept,) = read_materials(call, [{"link": {"url": url}}], copies=False)
    except ApiError as error:
        assert error.code == 400  # noqa: PT017  (either outcome is one that Google has)
        return
    assert kept == {"link": {"url": url}} or set(kept) == {"youtubeVideo"}


@given(chosen=st.lists(st.sampled_from(FIELDS), min_size=1, unique=True), snaked=st.booleans())
def test_a_mask_names_fields_in_either_spelling(
    call: Call, chosen: list[str], snaked: bool
) -> None:
    written = ",".join(snake(name) if snaked else name for name in chosen)
    body = dict.fromkeys(FIELDS, "x")
    changing = Call(call.method, call.user, call.state, NOW, {"updateMask": written}, body)
    everything = frozenset(FIELDS)
    assert masked_fields(changing, everything, frozenset()) == dict.fromkeys(chosen, "x")
    with pytest.raises(ApiError):
        masked_fields(changing, everything - {chosen[0]}, frozenset())


def work(**content: Any) -> Post:
    known = {"workType": "ASSIGNMENT", **content}
    return Post("1", "2", "work", "PUBLISHED", "a@b.example", "p", "", "", known)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.timedeltas())  # noqa: DTZ001  (UTC is put on below)
def test_work_is_late_from_the_instant_it_is_due(moment: datetime, span: Any) -> None:
    limit = moment.replace(microsecond=0, tzinfo=UTC)
    dated = work(
        dueDate={"year": limit.year, "month": limit.month, "day": limit.day},
        dueTime={"hours": limit.hour, "minutes": limit.minute, "seconds": limit.second},
    )
    one = Submission("s", "1", "carla@b.example", "NEW", {})
    assert dated.due == limit
    assert not is_late(dated, one, limit)
    assert not is_late(work(), one, limit)
    try:
        then = limit + span
    except OverflowError:
        return
    assert is_late(dated, one, then) == (then > limit)
