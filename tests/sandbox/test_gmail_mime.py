"""Whatever bytes a client sends are kept, shown decoded, and break nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.index import index_of
from itn_sync.sandbox.gmail.parts import bodies, payload
from itn_sync.sandbox.gmail.rfc822 import (
    decoded,
    field,
    fields,
    parse,
    with_crlf,
    with_field,
    without,
)
from itn_sync.sandbox.gmail.text import snippet, text_of_html
from itn_sync.sandbox.world import World
from tests.sandbox import gmail_mail

HARD = 'Élève 🎓 مرحبا <script>{{ 7*7 }}</script> =IMPORTXML("http://x.example") & ’ '
printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200)


@given(printable)
@example(HARD)
@example("x" * 10_000)
def test_a_subject_is_shown_as_written(subject: str) -> None:
    raw = f"Subject: {Header(subject, 'utf-8').encode(linesep=chr(13) + chr(10))}\r\n\r\n".encode()
    assert decoded(field(raw, "Subject")) == subject.strip() or subject != subject.strip()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
@example(HARD * 100)
@example("a\0b")
@example("première ligne\nseconde\n\ntroisième")
def test_a_text_survives_the_journey(text: str) -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content(text, cte="base64")
    found, _ = bodies(parse(with_crlf(message.as_bytes())))
    assert found.replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")


@given(st.binary(max_size=400))
@example(b"")
@example(b"\r\n\r\n")
@example(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--")
@example(b"Content-Type: multipart/mixed\r\n\r\nrien")
@example(b"Content-Type: message/rfc822\r\n\r\nTo: \xff\xfe\r\n\r\n\xe9")
@example(b"Content-Type: text/plain; charset=inconnu\r\n\r\n\xe9\0")
@example(b"Content-Transfer-Encoding: base64\r\n\r\n%%%%")
@example(b"Content-Disposition: attachment; filename*=utf-99''%E9\r\n\r\nx")
@example(b"Subject: =?utf-99?q?=E9?= =?utf-8?b?%%?=\r\n\r\n")
@example(b"Content-Type: text/plain; charset=raw_unicode_escape\r\n\r\n\\ud800")
@example(b"Subject: =?raw_unicode_escape?q?=5Cud800?=\r\n\r\n")
@example(b"Content-Type: text/html\r\n\r\n<![if><!DOCTYPE <a b='")
def test_any_bytes_are_a_message(data: bytes) -> None:
    raw = with_crlf(data)
    assert json.dumps(payload(raw), ensure_ascii=False).encode()
    columns = index_of(raw).columns()
    assert "".join(str(value) for value in columns.values()).encode()


names = st.from_regex(r"[A-Za-z][A-Za-z-]{0,15}", fullmatch=True)
values = st.from_regex(r"[!-~]{1,30}", fullmatch=True)


@given(st.lists(st.tuples(names, values)), names, values, st.binary(max_size=50))
def test_replacing_a_header_touches_nothing_else(
    headers: list[tuple[str, str]], name: str, value: str, content: bytes
) -> None:
    head = "".join(f"{key}: {text}\r\n" for key, text in headers).encode()
    raw = with_crlf(head + b"\r\n" + content)
    changed = with_field(raw, name, value)
    others = [pair for pair in headers if pair[0].lower() != name.lower()]
    kept = [pair for pair in fields(changed) if pair[0].lower() != name.lower()]
    assert kept == others
    assert [text for key, text in fields(changed) if key.lower() == name.lower()] == [value]
    assert changed.endswith(raw[len(with_crlf(head)) :])
    assert fields(without(changed, name)) == others


def test_folded_headers_are_one_line() -> None:
    raw = b"To: a@x.example,\r\n b@x.example\r\nSubject: un\r\n\tdeux\r\n\r\n"
    assert fields(raw) == [("To", "a@x.example, b@x.example"), ("Subject", "un\tdeux")]


def test_the_text_of_html_is_what_a_reader_sees() -> None:
    markup = "<style>p{}</style><p>Bonjour&nbsp;<b>A</b>line</p><script>x()</script><div>fin</div>"
    assert text_of_html(markup).split() == ["Bonjour", "Aline", "fin"]


def test_a_snippet_is_short_and_escaped() -> None:
    assert (
        snippet('L\'été "chaud"\r\n  <b> & co') == "L&#39;été &quot;chaud&quot; &lt;b&gt; &amp; co"
    )
    assert len(snippet("mot " * 500)) <= 200


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "state.db")


def test_ten_thousand_characters_and_nul_are_stored_as_sent(world: World) -> None:
    text = HARD + "é" * 10_000 + "\0fin"
    raw = gmail_mail.mail(text).as_bytes()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with world.transaction(write=True) as state:
        row = store.insert(state, store.NewMessage("a@x.example", raw, [], now), now=now)
        assert bodies(parse(row["raw"]))[0].strip() == text


@pytest.mark.parametrize("depth", [200, 2000])
def test_parts_nested_without_end_are_refused(depth: int) -> None:
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        for level in range(depth)
    )
    with pytest.raises(ApiError, match="nest more than 100 deep"):
        parse(nested.encode())


@pytest.mark.parametrize("charset", ["", "; charset=inconnu", "; charset=iso-8859-1"])
def test_western_letters_are_read_whatever_a_mail_says_of_them(charset: str) -> None:
    found, _ = bodies(parse(f"Content-Type: text/plain{charset}\r\n\r\nété".encode("latin-1")))
    assert found == "été"
