"""Bodies, parameters and masks: whatever is sent, the reading is sound or a 400 (facts 1.2, 9)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.discovery import method, methods, schema
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.masks import masked, read_mask
from itn_sync.sandbox.multipart import split_parts
from itn_sync.sandbox.params import read_params
from itn_sync.sandbox.routes import find
from itn_sync.sandbox.scalars import camel, read_scalar, snake
from itn_sync.sandbox.schemas import read_body

UPDATE = method("sheets.spreadsheets.batchUpdate")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
WRITERS = st.sampled_from(sorted(m.id for m in methods().values() if m.request))


def _read(body: Any, method_id: str = UPDATE.id) -> Json:
    return read_body(method(method_id), json.dumps(body).encode())


def _problem(body: Any, method_id: str = UPDATE.id) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        _read(body, method_id)
    violation = caught.value.details[0]["fieldViolations"][0]
    return violation.get("field", ""), caught.value.message


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    _sound_or_400(raw, UPDATE.id)


@given(JSON, WRITERS)
def test_any_json_is_read_or_refused(body: Any, method_id: str) -> None:
    _sound_or_400(json.dumps(body).encode(), method_id)


@given(st.data(), WRITERS)
def test_any_value_in_a_known_field_is_read_or_refused(data: st.DataObject, method_id: str) -> None:
    called = method(method_id)
    names = sorted(schema(called.api, called.request).get("properties", {})) or ["none"]
    body = {data.draw(st.sampled_from(names)): data.draw(JSON)}
    _sound_or_400(json.dumps(body).encode(), method_id)


def _sound_or_400(raw: bytes, method_id: str) -> None:
    refused = None
    try:
        body = read_body(method(method_id), raw)
    except ApiError as error:
        refused = error
    if refused is None:
        again = json.dumps(body).encode()
        assert read_body(method(method_id), again) == body, "reading once is enough"
    else:
        json.dumps(refused.envelope("sheets"), ensure_ascii=False).encode()
        assert refused.code == 400


def test_the_path_names_every_step() -> None:
    body = {"requests": [{}, {"addSheet": {"properties": {"sheetId": "abc"}}}]}
    assert _problem(body) == (
        "requests[1].add_sheet.properties.sheet_id",
        "Invalid value at 'requests[1].add_sheet.properties.sheet_id' (TYPE_INT32), \"abc\"",
    )


def test_an_unknown_field_is_told_with_its_parent() -> None:
    assert _problem({"requests": [{"repeatCell": {"x": 1}}]}) == (
        "requests[0].repeat_cell",
        "Invalid JSON payload received. Unknown name \"x\" at 'requests[0].repeat_cell':"
        " Cannot find field.",
    )


def test_at_the_root_there_is_no_parent() -> None:
    assert _problem({"foo": 1}) == (
        "",
        'Invalid JSON payload received. Unknown name "foo": Cannot find field.',
    )


def test_a_bad_enum_names_its_type() -> None:
    body = {"requests": [{"mergeCells": {"mergeType": "SOME"}}]}
    field, message = _problem(body)
    assert field == "requests[0].merge_cells.merge_type"
    assert message.endswith('google.apps.sheets.v4.MergeType), "SOME"')


def test_every_problem_is_told_at_once() -> None:
    _, message = _problem({"requests": [{"a": 1}, {"b": 2}]})
    assert len(message.splitlines()) == 2


def test_a_list_where_one_thing_goes() -> None:
    _, message = _problem({"info": {"title": ["x"]}}, "forms.forms.create")
    assert message == (
        "Invalid JSON payload received. Unknown name \"title\" at 'form.info':"
        " Proto field is not repeating, cannot start list."
    )


def test_one_thing_where_a_list_goes_is_a_list_of_one() -> None:
    body = {"labelIds": "STARRED"}
    assert _read(body, "gmail.users.watch") == {"labelIds": ["STARRED"]}


def test_maps_keep_their_keys_and_their_nulls() -> None:
    body = {"appProperties": {"some_key": "v", "gone": None}}
    assert _read(body, "drive.files.update") == body


def test_deep_recursion_is_refused() -> None:
    deep = '{"a":' * 5000
    with pytest.raises(ApiError):
        read_body(UPDATE, deep.encode())


@pytest.mark.parametrize(
    ("kind", "form", "value", "read"),
    [
        ("integer", "int32", "12", 12),
        ("integer", "int32", 12.0, 12),
        ("string", "int64", 12, "12"),
        ("string", "int64", "-9223372036854775808", "-9223372036854775808"),
        ("number", "double", "1.5", 1.5),
        ("number", "double", "NaN", "NaN"),
        ("boolean", "", "False", False),
        ("string", "byte", "_-8=", "_-8="),
        ("string", "google-datetime", "2026-09-01T08:00:00.123456789Z", None),
        ("string", "google-duration", "1.5s", None),
        ("string", "google-fieldmask", "a.b,c", None),
    ],
)
def test_lenient_spellings_are_read(kind: str, form: str, value: Any, read: Any) -> None:
    expected = value if read is None else read
    found = read_scalar({"type": kind, "format": form}, value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("kind", "form", "value"),
    [
        ("integer", "int32", 2**31),
        ("integer", "int32", 1.5),
        ("integer", "int32", True),
        ("integer", "int32", "１２"),
        ("integer", "uint32", -1),
        ("string", "int64", "9223372036854775808"),
        ("string", "uint64", "-1"),
        ("number", "double", "1_0"),
        ("number", "double", "inf"),
        ("number", "double", True),
        ("boolean", "", 1),
        ("boolean", "", "yes"),
        ("string", "byte", "a+_b"),
        ("string", "byte", "é"),
        ("string", "byte", "a"),
        ("string", "google-datetime", "2026-09-01"),
        ("string", "google-datetime", "2026-13-01T00:00:00Z"),
        ("string", "google-duration", "5"),
        ("string", "date", "2026-02-30"),
        ("string", "", 5),
        ("string", "", None),
    ],
)
def test_what_is_not_of_the_type_is_refused(kind: str, form: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_scalar({"type": kind, "format": form}, value)


@given(st.integers(-(2**31), 2**31 - 1))
def test_every_int32_is_read_from_number_and_text(number: int) -> None:
    spec = {"type": "integer", "format": "int32"}
    assert read_scalar(spec, number) == read_scalar(spec, str(number)) == number


@given(st.from_regex(r"[a-z]{2,5}([A-Z][a-z]{1,5}){0,3}", fullmatch=True))
def test_names_go_to_snake_case_and_back(name: str) -> None:
    assert camel(snake(name)) == name


def test_defaults_and_coerced_page_sizes() -> None:
    listing = method("drive.files.list")
    assert read_params(listing, {}, [])["pageSize"] == 100
    assert read_params(listing, {}, [("pageSize", "5000")])["pageSize"] == 1000
    with pytest.raises(ApiError, match=r"within the range: \[1, 1000\]"):
        read_params(listing, {}, [("pageSize", "0")])


def test_repeated_parameters_are_lists() -> None:
    courses = method("classroom.courses.list")
    query = [("courseStates", "ACTIVE"), ("courseStates", "ARCHIVED")]
    assert read_params(courses, {}, query)["courseStates"] == ["ACTIVE", "ARCHIVED"]
    with pytest.raises(ApiError, match="course_states"):
        read_params(courses, {}, [("courseStates", "SLEEPING")])


def test_a_required_query_parameter_is_asked_for() -> None:
    export = method("drive.files.export")
    with pytest.raises(ApiError, match="mimeType"):
        read_params(export, {"fileId": "x"}, [])


@given(st.text(alphabet="abc/.(),* ", max_size=12))
def test_any_mask_is_read_or_refused(text: str) -> None:
    codes = []
    try:
        read_mask(text, "forms", "")
    except ApiError as error:
        codes.append(error.code)
    assert codes in ([], [400])


@given(JSON)
def test_a_star_keeps_everything(value: Any) -> None:
    assert masked({"*": {}}, value) == value


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/drive/v3/files/generateIds", "drive.files.generateIds"),
        ("/drive/v3/files/abc", "drive.files.get"),
        ("/v4/spreadsheets/s/values/%27Feuille%201%27%21A1%3AB", "sheets.spreadsheets.values.get"),
        ("/v4/spreadsheets/s/values/A1:B2", "sheets.spreadsheets.values.get"),
        ("/v4/spreadsheets/s/values:batchGet", "sheets.spreadsheets.values.batchGet"),
        ("/gmail/v1/users/a%40b.example/drafts", "gmail.users.drafts.list"),
        ("/v1/forms/f/responses/r", "forms.forms.responses.get"),
        ("/v1/forms/", None),
        ("/v1/forms/a/b/c", None),
        ("/v9/forms", None),
    ],
)
def test_paths_find_their_method(path: str, found: str | None) -> None:
    route = find("GET", path)
    assert (route and route.method.id) == found


@pytest.mark.parametrize("verb", ["append", "clear"])
def test_a_verb_after_a_colon_is_no_part_of_the_range(verb: str) -> None:
    route = find("POST", f"/v4/spreadsheets/s/values/A1:B2:{verb}")
    assert route is not None
    assert (route.method.id, route.params["range"]) == (
        f"sheets.spreadsheets.values.{verb}",
        "A1:B2",
    )


def test_every_method_is_found_at_its_own_address() -> None:
    for known in methods().values():
        path = known.path.replace("{", "").replace("}", "").replace("+", "")
        route = find(known.http_method, path)
        assert route is not None
        assert route.method.path.count("{") == known.path.count("{"), known.id


@given(st.binary(max_size=60))
def test_multipart_keeps_every_byte(content: bytes) -> None:
    body = b"--b\r\nContent-Type: x/y\r\n\r\n" + content + b"\r\n--b--\r\n"
    if b"--b" not in content:
        assert split_parts(body, "multipart/related; boundary=b")[0].content == content
