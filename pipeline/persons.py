"""Names of persons in a transcript: runs of proper nouns that look like them.

There is no recogniser of named entities here; what speaks for a person is a common given name, a title, an
introduction, a form of address, or a verb of saying beside the run; what speaks against one is a known place, body or
make, an article, a preposition of place, or a spelling that persons do not have. What is left open counts as a person.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.text import RESOURCES, lexicon

LEAST = 0.4  # score of a run that is named
SURE = 0.9
LIKELY = 0.6
OPEN = 0.45
UNLIKELY = 0.2

TITLES = lexicon(
    "mr mrs ms miss mister dr doctor prof professor sir lady lord madam captain capt sergeant father sister "
    "frau herr president minister senator governor mayor judge justice king queen prince princess pope prophet "
    "sheikh shaikh imam ayatollah cleric general colonel major lieutenant officer detective inspector chef "
    "coach nurse uncle aunt auntie grandma grandpa mom mum dad brother chairman secretary director"
)
SAYING = lexicon(
    "says said say tells told asks asked thinks thought knows knew wants wanted called calls wrote writes "
    "shows showed explained taught teaches gave gives came went works worked runs ran likes liked loves loved "
    "retired died married"
)
ADDRESSING = lexicon("hi hey hello dear thanks thank cheers sorry okay yes no well so bye morning")
WITH = lexicon("with ask asked tell told call called met named thank thanks")
AMONG = lexicon("in at near into across throughout via outside inside around towards under over")
ARTICLES = lexicon("the a an this that these those our your its every each any some")
PARTICLES = lexicon("van von de der den del della di da du la le bin ibn al el ter zu")
BEFORE = frozenset({"van", "von", "der", "den", "de", "della", "bin", "ibn", "ter"})  # a name may begin with them
BODIES = lexicon(
    "inc ltd llc gmbh corp corporation company co university college school hospital institute department "
    "street road avenue lane drive square park river lake island mountain bridge church cathedral bank group "
    "foundation association committee council club team station airport hotel restaurant museum library office "
    "agency party union league act award prize cup festival conference journal times post news magazine system "
    "systems software center centre county city state valley beach bay hall house palace tower building plaza "
    "mall store shop market services energy gas oil partners international global america states kingdom "
    "republic army navy force court ministry bureau test method scale index syndrome disease law theorem "
    "effect hills hill orchestra symphony auditorium grill cafe bar pub online ave blvd rd engineering "
    "sciences science forest way model explorer web site pharmacy clinic dam farm farms works"
)
PLACES_BEFORE = lexicon(
    "san santa saint st mount mt fort port los las lake new south north east west el rio cape united great"
)
WORDS_TOO = lexicon(
    "will may mark rose bill jack grace frank hope art june april august summer dawn joy ray rob sue pat drew "
    "chase grant dean gene guy miles penny pearl ruby ivy violet olive daisy lily hazel holly heather amber "
    "jade melody faith felicity constance sandy rich robin jay wade lance cliff clay dale glen angel ash basil "
    "bob brook brooke carol christian clement colin dan don ed eve iris jasmine jean ken mercedes nick paige "
    "parker pierce poppy ravi reed scarlett skip stew ted tony victor viola warren wanda gill gail dot max "
    "merry jo jordan georgia virginia sierra austin dallas carter mason logan tyler cooper walker hunter "
    "fisher page major archer bishop"
)
PERSONAL_INSIDE = re.compile(r"^(?:Mc|Mac|O['’]|D['’]|De|Di|La|Le|Van|Von|Fitz|[A-Z][a-z]+-)[A-Z][a-z]")
CAPITAL = re.compile(r"(?<![\w@#/.])[^\W\d_a-z]\w*(?:['’-]\w+)*")
SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)\]]*(?=\s)|$)", re.S | re.M)
ABBREVIATED = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|No)|(?:^|[\s.])[A-Z])\.$")
INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?$")
PRONOUN = re.compile(r"I(?:['’]\w+)?$")
MISTAKEN = frozenset({"NOUN", "ADJ", "INTJ", "X", "VERB"})  # what a tagger sometimes takes a given name for
LONGEST_PIECE = 1000  # characters that are tagged at once
TAGGING = ("tok2vec", "transformer", "tagger", "morphologizer", "attribute_ruler")
COMMON = lexicon(
    "the a an and but or so if then when what where who why how which that this these those there here it its "
    "he she we you they is are was were do does did have has had can could will would shall should may might "
    "must not no yes yeah okay well now just maybe because also even only very really still always never "
    "sometimes often usually again once first second third last next after before until while since although "
    "though unless for from with without in on at by to of as than like about into over under between through "
    "during both each every all some any many much more most few less least other another such same my your "
    "his her our their one two three four five six seven eight nine ten let please thanks thank right sure "
    "good great nice fine look see think know mean say go get make take try use"
)
INTRODUCED = re.compile(r"(?:\bname(?:['’]s| 's| is| was)|\b(?:named|surname)|\bcall (?:me|him|her))$")


@dataclass(frozen=True, slots=True)
class Name:
    """Characters of the text that may name a person, and how surely."""

    start: int
    end: int
    score: float


@cache
def given_names() -> frozenset[str]:
    """Common given names, as they are written."""
    return _words("given_names.txt")


@cache
def no_persons() -> frozenset[str]:
    """Capitalised words that name no person, as they are written."""
    return _words("no_persons.txt")


def _words(name: str) -> frozenset[str]:
    lines = (RESOURCES / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def find(text: str, language: Language) -> list[Name]:
    """Persons' names in order of their characters; nothing overlaps.

    Only sentences with a word that could be a name are tagged: the others cost next to nothing.
    """
    known = COMMON | set(re.findall(r"(?<![\w])[a-z]\w+", text))  # words that stand somewhere in small letters
    pieces = [(start, end) for start, end in _sentences(text) if _may_name(text[start:end], known)]
    with language.select_pipes(enable=[name for name in TAGGING if name in language.pipe_names]):
        docs = language.pipe(text[start:end] for start, end in pieces)
        return [
            Name(start + name.start, start + name.end, name.score)
            for (start, _), doc in zip(pieces, docs, strict=True)
            for name in _names(doc, known)
        ]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, put together where a full stop only ends an abbreviation, and cut where they are endless."""
    start: int | None = None
    for found in SENTENCE.finditer(text):
        start = found.start() if start is None else start
        end = found.end()
        if ABBREVIATED.search(text[max(start, end - 6) : end]) and "\n" not in text[end : end + 1]:
            continue
        yield from _cut(text, start, end)
        start = None
    if start is not None:
        yield from _cut(text, start, len(text.rstrip()))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_PIECE:
        space = text.rfind(" ", start, start + LONGEST_PIECE)
        border = space if space > start else start + LONGEST_PIECE
        yield start, border
        start = border
    yield start, end


def _may_name(sentence: str, known: frozenset[str]) -> bool:
    """Whether a capitalised word in it could name a person."""
    for found in CAPITAL.finditer(sentence):
        word = found[0]
        if PRONOUN.match(word) or _plain(word) in no_persons() - given_names():
            continue
        if found.start() > 0 or _plain(word) in given_names() or _plain(word).lower() not in known:
            return True
    return False


def _plain(word: str) -> str:
    """The word without a possessive."""
    return re.sub(r"['’]s$", "", word)


# Runs


def _names(doc: Doc, known: frozenset[str]) -> Iterator[Name]:
    at = 0
    while at < len(doc):
        last = _run_end(doc, at, known)
        if last is None:
            at += 1
            continue
        first, last = _trimmed(doc, at, last)
        while first and doc[first - 1].text in BEFORE:
            first -= 1
        if (score := _score(doc, first, last, known)) >= LEAST:
            yield Name(doc[first].idx, doc[last].idx + len(doc[last]), score)
        at = max(at, last) + 1


def _run_end(doc: Doc, at: int, known: frozenset[str]) -> int | None:
    """The last token of the run of names that begins there; None where none does."""
    if not _is_name(doc, at, known):
        return None
    last = at
    while last + 1 < len(doc):
        step = 1
        while (
            step <= 2 and last + step < len(doc) and doc[last + step].lower_ in PARTICLES and doc[last + step].is_lower
        ):
            step += 1
        if last + step >= len(doc) or not _is_name(doc, last + step, known):
            break
        last += step
    return last


def _is_name(doc: Doc, at: int, known: frozenset[str]) -> bool:
    word = doc[at].text
    if not word[:1].isupper() or PRONOUN.match(word):
        return False
    if doc[at].pos_ == "PROPN":
        return True
    unknown = at > 0 and doc[at].lower_ not in known and not _names_nobody(word)
    return doc[at].pos_ in MISTAKEN and (word in given_names() or unknown)


def _trimmed(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """The run without titles before it and without words that name no person behind it."""
    while last > first and _bare(doc, first) in TITLES:
        first += 1
    while last > first and _names_nobody(doc[last].text) and doc[last].text not in given_names():
        last -= 1
    return first, last


def _bare(doc: Doc, at: int) -> str:
    return str(doc[at].lower_).rstrip(".")


def _names_nobody(word: str) -> bool:
    return word in no_persons() and word not in given_names()


def _score(doc: Doc, first: int, last: int, known: frozenset[str]) -> float:
    words = [token.text for token in doc[first : last + 1]]
    if all(sum(letter.isalpha() for letter in word) < 2 for word in words):
        return 0.0
    before = _bare(doc, first - 1) if first else ""
    if before in PLACES_BEFORE or (len(words) == 1 and words[0].lower().rstrip(".") in TITLES):
        return 0.0
    if before in TITLES or _is_introduced(doc, first):
        return SURE
    if all(_names_nobody(word) for word in words) and not _speaks(doc, first, last):
        return 0.0
    if any(_is_strange(word, doc) for word in words) or words[-1].lower().rstrip(".") in BODIES:
        return 0.0
    if words[0] in given_names():
        return _given(doc, first, last, before, known)
    behind = _bare(doc, last + 1) if last + 1 < len(doc) else ""
    if before in ARTICLES or behind in BODIES or any(map(_names_nobody, words)):
        return UNLIKELY
    if len(words) == 1 and first == 0 and not _begins(doc, known):
        return UNLIKELY
    if _speaks(doc, first, last) or before in ADDRESSING:
        return LIKELY
    if before in AMONG and len(words) == 1:
        return UNLIKELY
    return OPEN


def _given(doc: Doc, first: int, last: int, before: str, known: frozenset[str]) -> float:
    """Of a run that begins with a given name; some of them are ordinary words, or places, too."""
    word = doc[first].text
    if last > first:
        return SURE if before not in ARTICLES else LIKELY
    if word in no_persons() and not (_speaks(doc, first, last) or before in ADDRESSING | WITH):
        return UNLIKELY
    if first == 0 and word.lower() in WORDS_TOO and not (_speaks(doc, first, last) or _begins(doc, known)):
        return UNLIKELY
    return UNLIKELY if before in ARTICLES else SURE


def _begins(doc: Doc, known: frozenset[str]) -> bool:
    """Whether the first word of a sentence is no ordinary one, and no number follows (“Version 2”)."""
    return doc[0].lower_ not in known and not (len(doc) > 1 and doc[1].pos_ == "NUM")


def _is_introduced(doc: Doc, first: int) -> bool:
    """Whether “my name is”, “called”, “I am” or “this is” stands before the run."""
    said = " ".join(str(token.lower_) for token in doc[max(0, first - 3) : first])
    return bool(INTRODUCED.search(said))


def _speaks(doc: Doc, first: int, last: int) -> bool:
    """Whether somebody is said to do what persons do, or is spoken to."""
    behind = _bare(doc, last + 1) if last + 1 < len(doc) else ""
    if behind in SAYING:
        return True
    spoken_to = first > 0 and doc[first - 1].text == "," and (last + 1 >= len(doc) or doc[last + 1].text in ".,!?")
    return spoken_to and last == first and (last + 2 >= len(doc) or doc[last + 1].text in ".!?")


def _is_strange(word: str, doc: Doc) -> bool:
    """Whether persons are not written like that: with digits, all in capitals, with a capital inside."""
    if any(letter.isdigit() for letter in word) or any(mark in word for mark in "@/_#&+=<>"):
        return True
    if "." in word.rstrip(".") and not INITIALS.match(word):
        return True
    letters = [letter for letter in word if letter.isalpha()]
    if len(letters) > 1 and word.isupper():
        return word.capitalize() not in given_names() and not _shouts(doc)
    return word[1:] != word[1:].lower() and not word.isupper() and not PERSONAL_INSIDE.match(word)


def _shouts(doc: Doc) -> bool:
    """Whether the whole sentence is in capitals."""
    return all(not token.is_alpha or token.is_upper for token in doc)


def parts(label: str) -> Sequence[str]:
    """A known person's name as people say it: the whole of it, and each of its capitalised words."""
    words = [word for word in label.split() if word[:1].isupper() and word.strip(".,").isalpha() and len(word) > 1]
    return [] if not words else list(dict.fromkeys([" ".join(label.split()), *words]))
