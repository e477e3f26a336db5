"""What is proposed to be hidden: persons and what leads to one, exactly where it stands, and little else."""

import re
import socket
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from models.redaction import KINDS
from models.values import Redaction, RedactionState, SpeakerRole, Transcript, Turn
from pipeline import persons, redact
from pipeline.identifiers import IdentifierFinder

SENTENCES = Path(__file__).parents[1] / "data" / "identifiers.tsv"
MARKED = re.compile(r"\[([^\]|]+)(?:\|([a-z_*-]+))?\]")


@pytest.fixture(scope="module")
def identifiers() -> IdentifierFinder:
    return IdentifierFinder()


def heard(text: str, *speakers: str) -> Transcript:
    """A turn a line."""
    turns, at = [], 0
    for number, line in enumerate(text.split("\n")):
        speaker = speakers[number] if number < len(speakers) else "Speaker 1"
        turns.append(Turn(speaker, SpeakerRole.EXPERT, at, at + len(line)))
        at += len(line) + 1
    return Transcript(text, tuple(turns))


def marked_text() -> tuple[str, set[tuple[str, str, int]]]:
    """The sentences without their brackets; and what is to be found, with its kind and first character."""
    text, wanted = "", set()
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        at = 0
        for found in MARKED.finditer(line):
            text += line[at : found.start()]
            kind = found[2] or "person"
            if kind == "*":  # a title may be hidden with the name
                title, _, name = found[1].rpartition(" ")
                wanted.add((name, "person", len(text) + len(title) + 1))
            elif kind != "-":
                wanted.add((found[1], kind, len(text)))
            text += found[1]
            at = found.end()
        text += line[at:] + "\n"
    return text.rstrip("\n"), wanted


def named(transcript: Transcript, found: list[Redaction]) -> set[tuple[str, str, int]]:
    return {(transcript.text[each.start_char : each.end_char], each.kind, each.start_char) for each in found}


def test_our_sentences(language: Language, identifiers: IdentifierFinder) -> None:
    text, wanted = marked_text()
    transcript = heard(text)
    found = named(transcript, redact.find(transcript, identifiers, language))
    assert len(text.split("\n")) >= 60
    missed, wrong = wanted - found, found - wanted
    assert len(missed) <= 0.05 * len(wanted), sorted(missed)
    assert len(wrong) <= 0.1 * len(found), sorted(wrong)


def test_numbers_and_addresses_are_found_without_a_language(identifiers: IdentifierFinder) -> None:
    text, wanted = marked_text()
    transcript = heard(text)
    found = named(transcript, redact.find(transcript, identifiers, None))
    assert {each for each in wanted if each[1] != "person"} <= found
    assert {each[1] for each in found} == {each[1] for each in wanted} - {"person"}
    assert {each[1] for each in wanted} <= set(KINDS)


@pytest.mark.parametrize(
    ("speakers", "known", "text", "found"),
    [
        # speakers are called by their names, or by parts of them
        (["Jo Baker"], [], "Jo, what does a Baker do? The baker asks Jo Baker.", ["Jo", "Baker", "Jo Baker"]),
        # those who are heard are known though nobody labelled them
        (["Speaker 1"], ["Tuulikki Aho"], "Then Tuulikki waits.", ["Tuulikki"]),
        # what a speaker is, is no name
        (["Interviewer", "Expert 2"], [], "The Interviewer asks.\nAn Expert knows.", []),
        # an ordinary word at the beginning of a sentence is none
        (["Will Stone"], [], "Will it hold? We will see. And Will waits.", ["Will"]),
        # a part of another word is none
        (["Ann Lee"], [], "Annual leave for Annika's Leeds.", []),
    ],
)
def test_known_people(
    identifiers: IdentifierFinder, speakers: list[str], known: list[str], text: str, found: list[str]
) -> None:
    transcript = heard(text, *speakers)
    proposals = redact.find(transcript, identifiers, None, known=known)
    assert [transcript.text[each.start_char : each.end_char] for each in proposals] == found
    assert all(each.state == RedactionState.PROPOSED and each.kind == "person" for each in proposals)


def test_a_known_name_and_a_found_one_are_one(identifiers: IdentifierFinder, language: Language) -> None:
    transcript = heard("I asked Beata Nowak about it.", "Beata")
    found = redact.find(transcript, identifiers, language)
    assert [transcript.text[each.start_char : each.end_char] for each in found] == ["Beata Nowak"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("jo@example.org, jo@example.com", ["email", "email"]),
        ("jo@localhost and @everybody", []),  # no domain
        ("It is j o dot b at example dot co dot uk.", ["email"]),  # spelled letter by letter
        ("We met at noon dot dot dot", []),
        ("We looked at example.org together.", ["url"]),  # no mail is spoken of
        ("My mail: jo at example.org", ["email"]),
        ("Open main.py, setup.sh and README.md.", []),  # files, not addresses
        ("It was done.So we left.", []),  # no blank between two sentences
        ("+49 30 901820 and 0049", ["phone"]),
        ("phone 555 0142", ["phone"]),  # as neighbours say it
        ("serial 2025550143", []),  # digits that nobody calls a number to ring
        ("three two one zero", []),  # too short
        ("seven six five four three two one zero", []),  # a countdown
        ("nine nine nine nine nine nine nine", []),  # a machine that stutters
        ("GB29 NWBK 6016 1331 9268 18", []),  # a wrong check digit
        ("4111 1111 1111 1112", []),
        ("The ratio is 12:30:45", []),
        ("2001:db8::17 is up", ["ip_address"]),
        ("passport number C01X00T47", ["national_id"]),
        ("born in May", []),  # no day
        ("born on May 3, 1970", ["date_of_birth"]),
        ("born the twenty first of June nineteen eighty four", ["date_of_birth"]),
        ("on May 3, 1970 we began", []),  # nobody's birthday
    ],
)
def test_identifiers(identifiers: IdentifierFinder, text: str, kinds: list[str]) -> None:
    assert [each.kind for each in identifiers.find(text)] == kinds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I saw Dr. Brandt there.", ["Brandt"]),  # a title
        ("In San Francisco it rains less.", []),  # a given name in a place
        ("They moved to Florence with Florence.", ["Florence"]),  # a place, and a person
        ("He went to Stanford University.", []),  # a body
        ("The GPU and the API of GitHub failed.", []),  # no spelling of persons
        ("McAllister said no.", ["McAllister"]),  # a capital inside that persons have
        ("Grace waits. Then grace is all you need.", []),  # a word that stands in small letters too
        ("It works. Rudi said so.", ["Rudi"]),
        ("", []),
        ("…", []),
    ],
)
def test_persons(language: Language, text: str, found: list[str]) -> None:
    assert [text[name.start : name.end] for name in persons.find(text, language)] == found


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("Anna at dot .,@:/+0123456789\n-’"), max_size=80))
def test_finds_lie_within_the_text_and_never_overlap(text: str) -> None:
    found = IdentifierFinder().find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("somebody went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    found = IdentifierFinder().find("jo@example.org, https://example.org/x, jo at example dot org")
    assert [each.kind for each in found] == ["email", "url", "email"]


@pytest.mark.parametrize(
    "odd", ["a dot ", "one two ", "1 2 ", "at ", "a.b.", "jo@", "born ", "x at y dot ", "id 1", "A", "1"]
)
def test_the_time_grows_with_the_text_alone(identifiers: IdentifierFinder, odd: str) -> None:
    began = time.process_time()
    identifiers.find(odd * (30_000 // len(odd)))
    assert time.process_time() - began < 10
