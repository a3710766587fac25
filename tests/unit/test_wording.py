"""Spellings and profanity of the server's own engine."""

from __future__ import annotations

import pytest

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.transcript import Word
from rapporteur.domain.wording import Wording

pytestmark = pytest.mark.unit


def words(text: str) -> list[Word]:
    return [Word(token, n * 100.0, n * 100.0 + 100) for n, token in enumerate(text.split())]


def written(text: str, **options: object) -> str:
    return " ".join(word.text for word in Wording.from_options(options).applied(words(text)))


def test_what_is_heard_one_way_is_written_another():
    rules = [{"find": ["rap porter", "reporter"], "replace": "Rapporteur"}, {"find": ["love lace"], "replace": "Lovelace"}]
    heard = "the Rap porter, and reporter. ada love lace"
    assert written(heard, spelling=rules) == "the Rapporteur, and Rapporteur. ada Lovelace"


def test_what_is_respelled_shares_the_time_of_what_was_heard():
    rules = [{"find": ["b c d"], "replace": "x y"}]
    assert Wording.from_options({"spelling": rules}).applied(words("a b c d e")) == [
        Word("a", 0, 100), Word("x", 100, 250), Word("y", 250, 400), Word("e", 400, 500)]


def test_profanity_is_masked_where_that_is_asked_for():
    assert written("Well, shit! The class", filter_profanity=True) == "Well, s***! The class"
    assert written("Well, shit!", filter_profanity=False) == "Well, shit!"


@pytest.mark.parametrize(("options", "field"), [
    ({"key_terms": ["Ada"]}, "provider.key_terms"), ({"spelling": "Ada"}, "provider.spelling"),
    ({"spelling": [{"find": [" "], "replace": "x"}]}, "provider.spelling")])
def test_what_cannot_be_heeded_is_refused_by_name(options: dict[str, object], field: str):
    with pytest.raises(InvalidRequest) as refusal:
        Wording.from_options(options)
    assert refusal.value.field == field


def test_empty_options_change_nothing():
    assert written("as it was", key_terms=[], spelling=None, mode="prioritize_accuracy") == "as it was"
