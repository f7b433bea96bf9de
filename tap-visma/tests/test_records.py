"""Reading records: no digit lost, nothing dropped silently."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from tap_visma.errors import RecordError
from tap_visma.records import Lift, Oddities, RecordReader, encode, wall_clock

PROPERTIES: dict[str, dict[str, Any]] = {
    "number": {"type": "string"},
    "amount": {"type": ["number", "null"]},
    "lineCount": {"type": ["integer", "null"]},
    "hold": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date-time"},
    "note": {"type": ["string", "null"]},
    "lines": {"type": ["array", "null"]},
    "supplier": {"type": ["object", "null"]},
}


def reader(oddities: Oddities | None = None, lifted: dict[str, Lift] | None = None) -> RecordReader:
    return RecordReader(
        PROPERTIES,
        key_names=["number"],
        lifted=lifted or {},
        oddities=oddities or Oddities(),
    )


def read_one(text: str, oddities: Oddities | None = None) -> dict[str, Any]:
    (record,) = reader(oddities).read(f"[{text}]".encode()).records
    return record


@pytest.mark.parametrize(
    "amount",
    [
        "1234.7700", "-0.0", "0.0000", "99999999999999.99", "1234567890123456.789",
        "12345678901234567.01", "-12345678901234567890", "1E+3", "0.1",
        "123456789012345678901234.5",
    ],
)  # fmt: skip
def test_every_digit_of_an_amount_is_written_as_it_was_sent(amount: str) -> None:
    text = f'{{"number":"1","amount":{amount},"lines":[{{"amount": {amount}}}]}}'
    written = encode(read_one(text)).decode()
    assert f'"amount":{amount},' in written
    assert f'{{"amount": {amount}}}' in written, "nested parts travel byte for byte"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_any_decimal_survives(amount: Decimal) -> None:
    record = read_one(f'{{"number":"1","amount":{amount}}}')
    assert record["amount"] == amount
    assert json.loads(encode(record), parse_float=Decimal)["amount"] == amount


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("2025-03-30T02:30:00", "2025-03-30T02:30:00.000"),
        ("2025-03-30T02:30:00.1234567", "2025-03-30T02:30:00.123"),
        ("2025-03-30T02:30:00.5", "2025-03-30T02:30:00.500"),
        ("2025-03-30T02:30:00Z", "2025-03-30T02:30:00.000"),
        ("2025-03-30T02:30:00+02:00", "2025-03-30T02:30:00.000"),
        ("2025-03-30T02:30:00.12-0500", "2025-03-30T02:30:00.120"),
        ("2025-03-30 02:30:00.123", "2025-03-30T02:30:00.123"),
        ("2025-03-30", "2025-03-30T00:00:00.000"),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00.000"),
    ],
)
def test_date_times_keep_their_wall_clock_in_one_format(sent: str, written: str) -> None:
    assert wall_clock(sent) == written
    assert wall_clock(written) == written


@pytest.mark.parametrize("text", ["", "yesterday", "2025-02-30", "2025-01-01T25:00:00", "20250101"])
def test_what_is_no_date_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wall_clock(text)


@pytest.mark.parametrize(
    ("field", "sent", "taken"),
    [
        ("note", "12.50", "12.50"),
        ("note", "true", "true"),
        ("note", '{"value": 1}', '{"value":1}'),
        ("amount", '"12.50"', Decimal("12.50")),
        ("lineCount", "3.0", 3),
        ("hold", "1", True),
        ("hold", '"False"', False),
        ("amount", "null", None),
        ("lines", "null", None),
    ],
)
def test_a_value_of_another_type_is_taken_where_nothing_is_lost(
    field: str, sent: str, taken: Any
) -> None:
    assert read_one(f'{{"number":"1","{field}":{sent}}}')[field] == taken


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("amount", '"SECRET-VALUE"'),
        ("amount", "true"),
        ("amount", '"NaN"'),
        ("lineCount", "3.5"),
        ("hold", '"SECRET-VALUE"'),
        ("date", '"SECRET-VALUE"'),
        ("date", "20250101"),
    ],
)
def test_otherwise_the_record_is_refused_by_field_and_without_its_value(
    field: str, sent: str
) -> None:
    with pytest.raises(RecordError, match=f"`{field}`") as caught:
        read_one(f'{{"number":"1","{field}":{sent}}}')
    assert "SECRET" not in str(caught.value)
    assert "3.5" not in str(caught.value)


def test_an_unknown_field_is_noted_and_left_out() -> None:
    oddities = Oddities()
    assert read_one('{"number":"1","brandNew":{"a":1}}', oddities) == {"number": "1"}
    assert oddities.unknown_fields == {"brandNew"}


@pytest.mark.parametrize("text", ['{"number":null}', '{"note":"x"}'])
def test_a_record_without_its_key_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="no `number`"):
        read_one(text)


def test_nul_characters_are_removed_at_every_depth_and_counted() -> None:
    oddities = Oddities()
    record = read_one(
        r'{"number":"1","note":"a\u0000b\\u0000","amount":1.50,"lines":[{"n":"\u0000"}]}', oddities
    )
    assert record["note"] == "ab\\u0000", "a written backslash is not a NUL"
    assert bytes(record["lines"]) == b'[{"n":""}]'
    assert str(record["amount"]) == "1.50"
    assert oddities.nuls_removed == 2


def test_half_a_surrogate_pair_is_removed() -> None:
    record = read_one(r'{"number":"1","note":"a\ud83db \ud83d\ude00"}')
    assert record["note"] == "ab \U0001f600"


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'"x"', b"[null]"])
def test_json_that_is_no_list_of_objects_is_refused(body: bytes) -> None:
    with pytest.raises(RecordError, match="no list of objects"):
        reader().read(body)


def test_the_total_and_the_page_size_are_read_from_the_metadata_and_not_loaded() -> None:
    page = reader().read(
        b'[{"number":"1","metadata":{"totalCount":7,"maxPageSize":3}},'
        b'{"number":"2","metadata":{"totalCount":7,"maxPageSize":3}}]'
    )
    assert (page.total, page.page_size) == (7, 3)
    assert list(page.records) == [{"number": "1"}, {"number": "2"}]


def test_metadata_of_zeros_tells_nothing() -> None:
    page = reader().read(b'[{"number":"1","metadata":{"totalCount":0,"maxPageSize":0}}]')
    assert (page.total, page.page_size) == (None, None)


@pytest.mark.parametrize(
    ("path", "lifted"),
    [
        ("supplier.number", "S-1"),
        ("supplier.internalId", "7"),
        ("number", "1"),
        ("supplier.gone?", ""),
        ("note?", ""),
        ("note|supplier.number", "S-1"),
        ("supplier.gone|supplier.alsoGone?", ""),
    ],
)
def test_a_key_is_lifted_out_of_the_record(path: str, lifted: str) -> None:
    (record,) = (
        reader(lifted={"supplierKey": Lift(path)})
        .read(b'[{"number":"1","note":null,"supplier":{"number":"S-1","internalId":7}}]')
        .records
    )
    assert record["supplierKey"] == lifted
    assert isinstance(record["supplier"], Raw)


def test_a_list_in_an_envelope_is_read_like_any_other() -> None:
    page = reader().read(
        b' {"pageNumber":1,"pageSize":2,"totalCount":7,"records":[{"number":"1"}]}'
    )
    assert (list(page.records), page.total) == ([{"number": "1"}], 7)
