"""What may be taken of a language model's wording of a card: what says nothing that the expert did not say.

All its words and numbers stand in the expert's words, in their order, and nothing that carries the logic of a line
(not, if, only, must, before, …) came in, went or moved to another verb. Whatever fails keeps the expert's words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc, Token

from models.values import LINE_SLOTS, CardContent, Draft, Line, ModelStamp
from pipeline.clauses import clauses, parts
from pipeline.rewriting import Wording, signature
from pipeline.text import lexicon

SHORTEST, LONGEST_TITLE, LONGEST = 2, 12, 45  # words
LONGER = 3  # words that a line may gain
KEPT = 0.6  # share of a line's telling words that must stay

CONNECTIVES = lexicon(  # what may come in without the expert's having said it: it joins words, and tells nothing
    "a an the of to in on at for with by from and that which this these those it its they their them you your we our "
    "is are be being been was were 's 're ’s ’re"
)
LOGIC = lexicon(  # what turns a line's sense round, narrows it or makes it stronger
    "not no nor never none nothing nobody neither without hardly unless except if when whenever once while because "
    "since therefore but although though however only always usually often sometimes rarely every each "
    "all any some most few many must should shall can could may might will would need or either than before after "
    "until above below over under more less least enough too first last again"
)
NEGATIONS = lexicon("not no nor never neither without hardly")
SENSES = {"n't": "not", "n’t": "not", "ca": "can", "wo": "will", "till": "until", "'ll": "will", "’ll": "will"}


def reworded(drafts: Sequence[Draft], wordings: Sequence[Wording | None], nlp: Language, *, name: str) -> list[Draft]:
    """The drafts with as much of the wordings as may be taken, signed with the model's name; evidence stays as it is.

    What the title was becomes the first of its choices. Raises ValueError where there are not as many wordings.
    """
    return [
        draft if wording is None else replace(draft, content=_worded(draft.content, wording, nlp, name))
        for draft, wording in zip(drafts, wordings, strict=True)
    ]


def _worded(content: CardContent, wording: Wording, nlp: Language, name: str) -> CardContent:
    """The content, with the model among those that made it, if anything of it is taken."""
    after = _content(content, wording, nlp, signature(name))
    return after if after == content else replace(after, models=(*content.models, ModelStamp("reword", name, "")))


def _content(content: CardContent, wording: Wording, nlp: Language, by: str) -> CardContent:
    quotes = {one.index: nlp(one.quote) for one in content.evidence}
    left = iter(wording.lines)
    slots = {
        slot: tuple(_line(line, next(left), [quotes[index] for index in line.evidence], nlp, by) for line in lines)
        for slot in LINE_SLOTS
        if (lines := content.lines(slot))
    }
    after: CardContent = replace(content, **slots)  # type: ignore[arg-type]
    title = (wording.title or "").rstrip(".")
    if not title or title == content.title or not may_be_title(nlp(title), list(quotes.values())):
        return after
    return replace(
        after, title=title, title_by=by, title_choices=(content.title, *content.title_choices)[:2], title_merits=()
    )


def _line(line: Line, text: str | None, quotes: Sequence[Doc], nlp: Language, by: str) -> Line:
    if text is None or text == line.text:
        return line
    new = nlp(text)
    if not may_be_line(new, nlp(line.text), quotes):
        return line
    return replace(line, text=text, parts=parts(new, clauses(new)), by=by)


def may_be_line(new: Doc, old: Doc, quotes: Sequence[Doc]) -> bool:
    """Whether the new line says what the old one says, in words of the quotes."""
    size, before = len(_words(new)), len(_words(old))
    telling, kept = Counter(_telling(old)), Counter(_telling(new))
    return (
        SHORTEST <= size <= min(LONGEST, before + LONGER)
        and _is_said(new, quotes)
        and any(_in_order(new, quote) for quote in quotes)
        and Counter(_logic(new)) == Counter(_logic(old))
        and set(_negated(new)) == set(_negated(old))
        and Counter(_numbers(new)) == Counter(_numbers(old))
        and (telling & kept).total() >= KEPT * telling.total()
    )


def may_be_title(new: Doc, quotes: Sequence[Doc]) -> bool:
    """Whether a title says nothing that the quotes do not say; words that order or limit want the quotes' order."""
    denied = {lemma for quote in quotes for lemma in _negated(quote)}
    told = {_lemma(token) for quote in quotes for token in _words(quote)} - denied
    return (
        SHORTEST <= len(_words(new)) <= LONGEST_TITLE
        and _is_said(new, quotes)
        and (not _logic(new) or any(_in_order(new, quote) for quote in quotes))
        and set(_numbers(new)) <= {number for quote in quotes for number in _numbers(quote)}
        and set(_negated(new)) <= denied
        and {_lemma(token) for token in _words(new) if token.pos_ == "VERB"} & denied <= {*_negated(new), *told}
    )


def _words(doc: Doc) -> list[Token]:
    return [token for token in doc if not (token.is_punct or token.is_space)]


def _sense(token: Token) -> str:
    return SENSES.get(token.lower_, token.lower_)


def _lemma(token: Token) -> str:
    return token.lemma_.lower()


def _is_said(new: Doc, quotes: Sequence[Doc]) -> bool:
    said = {form for quote in quotes for token in quote for form in (_sense(token), _lemma(token))}
    return all(_sense(one) in said | CONNECTIVES or (_lemma(one) in said and one.is_alpha) for one in _words(new))


def _logic(doc: Doc) -> list[str]:
    return [_sense(token) for token in doc if _sense(token) in LOGIC]


def _numbers(doc: Doc) -> list[tuple[str, str]]:
    """Every number with the word behind it, which most often is its unit."""
    return [
        (token.lower_, doc[token.i + 1].lower_ if token.i + 1 < len(doc) and doc[token.i + 1].is_alpha else "")
        for token in doc
        if token.like_num or any(letter.isdigit() for letter in token.text)
    ]


def _telling(doc: Doc) -> list[str]:
    """The lemmas of what is neither a connective nor logic, in order."""
    return [_lemma(one) for one in _words(doc) if not one.is_stop and _sense(one) not in CONNECTIVES | LOGIC]


def _negated(doc: Doc) -> Iterator[str]:
    """The lemmas of what is denied: "do not open", "no flour", "without steam"."""
    for token in doc:
        if token.dep_ == "neg" or _sense(token) in NEGATIONS:
            thing = next((child for child in token.children if child.dep_ in {"pobj", "pcomp"}), token.head)
            yield _lemma(thing)


def _in_order(new: Doc, quote: Doc) -> bool:
    """Whether what tells and what carries logic comes in the quote's order."""
    left = iter([{_sense(token), _lemma(token)} for token in quote])
    weighty = [token for token in _words(new) if _sense(token) in LOGIC or _sense(token) not in CONNECTIVES]
    return all(any({_sense(token), _lemma(token)} & forms for forms in left) for token in weighty)
