"""Somebody else's words in a log: what helps is kept, what may be personal is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_visma.words import _BEGINNINGS, _names, code, media_type, quote


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("API calls quota exceeded.", "«API calls quota exceeded.»"),
        ("The application is not connected to this tenant.",
         "«The application is not connected to this tenant.»"),
        ("The value '1900-01-01' of 'lastModifiedDateTime' is not a valid date.",
         "«The value … of lastModifiedDateTime is not a valid date.»"),
        ("Supplier Kari Nordmann (kari@firma.example) is on hold", "«Supplier … is on hold»"),
        ("User 'kari nordmann' may not", "«User … may not»"),
        ('User "kari nordmann" may not', "«User … may not»"),
        ("Kunden Kari Nordmann finnes ikke", "«… finnes ikke»"),
        ("NO 987 654 321 MVA, +47 22 33 44 55", "«NO …»"),
        ("GET /v1/customer?email=a%40b.example&name=x failed", "«… failed»"),
        ("document 004711 of <b>Nordmann</b> is closed", "«document … of … is closed»"),
        ("account NO93-8601-1117-947 unknown", "«account … unknown»"),
        ("Kari Nordmann", ""),
        ("12345", ""),
        ("", ""),
        ("two\nlines\tof it", "«two lines of it»"),
    ],
)  # fmt: skip
def test_words_are_shown_and_data_is_not(said: str, shown: str) -> None:
    assert quote(said) == shown


def test_long_words_are_cut() -> None:
    assert len(quote("very long words " * 50)) < 170
    assert quote("very long words " * 50).endswith(" …»")


@given(st.text() | st.lists(st.sampled_from(["Kari", "a@b.c", "4711", "is", "'x'"])).map(" ".join))
def test_whatever_is_said_no_name_number_or_address_is_shown(said: str) -> None:
    shown = quote(said)
    assert not re.search(r"[\d@/\\&=?%]\w", shown)
    for word in re.findall(r"[^\W\d_]+", shown):
        assert word.islower() or word.lower() in _names() | _BEGINNINGS


@pytest.mark.parametrize("text", ["Kari Nordmann", "a b", "<x>", "1234567", None, 5])
def test_what_is_no_error_code_is_not_shown(text: object) -> None:
    assert code(text) == ""


def test_only_the_media_type_of_a_content_type_is_shown() -> None:
    assert media_type("Text/HTML; charset=utf-8") == "text/html"
    assert media_type("Kari Nordmann") == media_type(None) == "no media type"
