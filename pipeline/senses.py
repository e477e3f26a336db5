"""Perceptual cues: what an expert sees, hears, feels, smells, tastes or reads off an instrument."""

from dataclasses import dataclass

from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from models.values import Modality
from pipeline.text import lexicon

SEEN, HEARD, FELT = Modality.SEEN, Modality.HEARD, Modality.FELT
SMELT, TASTED, MEASURED = Modality.SMELT, Modality.TASTED, Modality.MEASURED

PERCEIVING = {"see": SEEN, "notice": SEEN, "hear": HEARD, "feel": FELT, "smell": SMELT, "taste": TASTED}
SEEMING = {"look": SEEN, "sound": HEARD, "feel": FELT, "smell": SMELT, "taste": TASTED}
SEEMS = {"looks": "look", "sounds": "sound", "feels": "feel", "smells": "smell", "tastes": "taste"}
MODALS = lexicon("should must will would can could may might to 'll")
DEGREES = lexicon(
    "a bit little very more most really quite too so slightly almost nearly kind sort of just all pretty nice still "
    "more and or not even also already then usually always"
)
SEARCHING = {"watch": SEEN, "look": SEEN, "listen": HEARD, "feel": FELT}
SHOWING = frozenset({"read", "show", "say", "drop", "rise", "climb", "fall", "jump", "swing", "creep", "come", "go"})
HAPPENING = {
    **dict.fromkeys(lexicon("hiss click rattle hum squeak crackle creak whistle sizzle gurgle sing knock"), HEARD),
    **dict.fromkeys(lexicon("vibrate wobble jiggle shake slip"), FELT),
    **dict.fromkeys(lexicon("glow smoke steam bubble foam shine flicker sweat shimmer blister curl"), SEEN),
}
SENSED = {
    **dict.fromkeys(lexicon("sound noise voice pitch click rattle hum squeak hiss tone"), HEARD),
    **dict.fromkeys(lexicon("color colour shine gloss glow bubble sheen haze discoloration"), SEEN),
    **dict.fromkeys(lexicon("texture vibration resistance give grip consistency"), FELT),
    **dict.fromkeys(lexicon("smell odor odour scent aroma stench"), SMELT),
    **dict.fromkeys(lexicon("taste flavor flavour"), TASTED),
}
INSTRUMENTS = lexicon("gauge thermometer meter dial needle scale sensor reading temperature pressure gage")
PROPERTIES = {
    **dict.fromkeys(
        lexicon("dull shiny glossy matte cloudy pale golden brown red yellow black white blue green"), SEEN
    ),
    **dict.fromkeys(lexicon("gray grey pink purple dark darker bright brighter foamy transparent milky swollen"), SEEN),
    **dict.fromkeys(lexicon("loud louder quiet quieter hollow squeaky noisy"), HEARD),
    **dict.fromkeys(
        lexicon("sticky smooth rough springy tacky stiff stiffer soft softer firm firmer wet damp slippery"), FELT
    ),
    **dict.fromkeys(
        lexicon("warm warmer hot hotter cold colder loose tight hard harder dry crumbly greasy sour"), FELT
    ),
    **dict.fromkeys(lexicon("sweet bitter salty bland"), TASTED),
}
ONLY_CHANGING = lexicon("hot hotter cold colder dry hard harder tight loose dark red black white blue green")
BECOMING = lexicon(
    "turn turns turning get gets getting become becomes becoming go goes going grow grows growing stay stays"
)
SIGNS = lexicon("sign indicator indication signal symptom giveaway telltale")
NOT_SENSED = lexicon(  # what is "seen" in the office
    "datum data code file document report email website page people person guy thing stuff point value benefit result "
    "number version model dataset company customer case example reason way need slide screen video paper article lot "
    "future picture project team job world business market movie status "
    "pattern angle difference gap side effort list name detail code idea light need value potential future field part "
    "relationship challenge deviation source statistic metric log problem issue trend"
)
NO_PERCEPT = lexicon("like that free comfortable confident good bad safe safer sorry very about from")
VERDICTS = lexicon("good great fine okay ok right wrong familiar crazy weird nice bad perfect awesome interesting")
WATCHERS = frozenset({"you", "we", "one", "i"})
MOVING_VERBS = frozenset({"VB", "VBP", "VBZ", "VBG"})
THINGS = frozenset({"NOUN", "PROPN", "VERB", "AUX", "ADJ"})
OBJECTS = frozenset({"dobj", "ccomp", "acomp", "oprd", "xcomp"})
CLAUSES = lexicon("because so but if when then unless before after until while although which once just")
TELLING = frozenset(
    get_string_id(form)
    for word in (
        *(*PERCEIVING, *SEEMING, *SEEMS, *SEARCHING, *SHOWING, *HAPPENING, *SENSED, *PROPERTIES, *SIGNS, "tell"),
    )
    for form in (word, word.capitalize())
)
LONGEST = 16  # tokens of a cue


@dataclass(frozen=True, slots=True)
class Sensed:
    """Tokens first to last of a doc that tell a cue."""

    first: int
    last: int
    rule: str
    modality: Modality | None


def sensed(doc: Doc) -> list[Sensed]:
    """The cues of one statement in order, without overlap: of two that do, the one that begins first."""
    rules = (_perceived, _seeming, _searched, _told_by, _sign, _showing, _happening, _changing, _named)
    found = [cue for token in _telling(doc) for rule in rules if (cue := rule(token)) is not None]
    kept: list[Sensed] = []
    for cue in sorted(found, key=lambda one: (one.first, -one.last)):
        if not kept or cue.first > kept[-1].last:
            kept.append(cue)
    return kept


def _telling(doc: Doc) -> list[Token]:
    """The tokens at which a rule can begin; most sentences have none."""
    forms = doc.to_array(["LOWER", "LEMMA"])
    if TELLING.isdisjoint(forms.ravel().tolist()):
        return []
    return [doc[place] for place, both in enumerate(forms.tolist()) if not TELLING.isdisjoint(both)]


def _perceived(token: Token) -> Sensed | None:
    """ "you feel a little resistance": somebody here perceives a thing."""
    if token.lemma_ not in PERCEIVING or token.tag_ not in MOVING_VERBS or _subject_word(token) not in WATCHERS:
        return None
    after = _after_degree(token)
    if (
        after is None
        or after.lower_ in NO_PERCEPT | VERDICTS
        or after.tag_ in {"WP", "WRB", "WDT", "IN", "."}
        or _negated(token)
    ):
        return None
    thing = next((child for child in token.children if child.dep_ in OBJECTS and child.i > token.i), None)
    if thing is None or thing.lemma_.lower() in NOT_SENSED or thing.pos_ not in THINGS:
        return None
    if _subject_word(token) == "i" and not (thing.dep_ == "dobj" and thing.pos_ == "NOUN"):
        return None  # "I see your point", "I feel sorry"
    return _cue(token.i, thing, "somebody perceives", PERCEIVING[token.lemma_])


def _seeming(token: Token) -> Sensed | None:
    """ "the crust sounds hollow": a thing is perceived as something. By words: taggers take "sounds" for a noun."""
    modal = token.i > 0 and token.nbor(-1).lower_ in MODALS
    if token.lower_ not in SEEMS and not (modal and token.lower_ in SEEMING):
        return None
    subject, what = _thing_before(token.nbor(-1) if modal else token), _after_degree(token)
    if subject is None or what is None or what.lower_ in VERDICTS:
        return None
    if what.lower_ == "like":
        thing = next((one for one in what.doc[what.i + 1 : what.i + 6] if one.pos_ in {"NOUN", "PRON", "VERB"}), None)
        if thing is None or thing.pos_ != "NOUN" or thing.lemma_ in NOT_SENSED:
            return None  # "it looks like we are late"
        return _cue(subject.left_edge.i, thing, "something seems", SEEMING[SEEMS.get(token.lower_, token.lower_)])
    if what.pos_ != "ADJ" and what.lower_ not in PROPERTIES:
        return None
    return _cue(subject.left_edge.i, what, "something seems", SEEMING[SEEMS.get(token.lower_, token.lower_)])


def _thing_before(verb: Token) -> Token | None:
    """The thing right before a verb, adverbs aside; None where it is a person or a pointing word."""
    at = verb.i - 1
    while at >= 0 and (verb.doc[at].pos_ == "ADV" or verb.doc[at].lower_ in DEGREES):
        at -= 1
    if at < 0 or not (verb.doc[at].pos_ in {"NOUN", "PROPN"} or verb.doc[at].lower_ == "it"):
        return None
    return verb.doc[at]


def _after_degree(token: Token) -> Token | None:
    """The next word that is not "a bit", "kind of", "very" and the like."""
    for one in token.doc[token.i + 1 : token.i + 6]:
        if one.lower_ not in DEGREES and not one.is_space:
            return None if one.is_punct else one
    return None


def _searched(token: Token) -> Sensed | None:
    """ "listen for the click"."""
    after = _next(token)
    if after is not None and after.lower_ == "out":
        after = _next(after)
    if token.lemma_ not in SEARCHING or token.tag_ not in MOVING_VERBS or after is None or after.lower_ != "for":
        return None
    thing = next((child for child in after.children if child.dep_ in {"pobj", "pcomp"}), None)
    if thing is None or thing.pos_ not in {"NOUN", "VERB"} or thing.lemma_ in NOT_SENSED:
        return None
    return _cue(token.i, thing, "somebody looks for it", SEARCHING[token.lemma_])


def _told_by(token: Token) -> Sensed | None:
    """ "you can tell from the way they sit", "that's how you know"."""
    after = _next(token)
    if token.lower_ != "tell" or _subject_word(token) not in WATCHERS or after is None:
        return None
    if after.lower_ in {"by", "from"}:
        thing = next((child for child in after.children if child.dep_ in {"pobj", "pcomp"}), None)
        return None if thing is None else _cue(token.i, thing, "somebody can tell", None)
    return None


def _sign(token: Token) -> Sensed | None:
    """ "a good sign that it is done"."""
    after = _next(token)
    if token.lemma_.lower() not in SIGNS or token.pos_ != "NOUN" or after is None or after.lower_ not in {"of", "that"}:
        return None
    return _cue(token.left_edge.i, token, "a sign", None)


def _showing(token: Token) -> Sensed | None:
    """ "the needle drops": an instrument tells."""
    subject = _subject(token)
    if subject is None or subject.lemma_.lower() not in INSTRUMENTS or token.lemma_ not in SHOWING:
        return None
    return _cue(subject.left_edge.i, token, "an instrument shows", MEASURED) if token.tag_ in {"VBZ", "VBP"} else None


def _happening(token: Token) -> Sensed | None:
    """ "it hisses", "the pan smokes"."""
    subject = _subject(token)
    if token.lemma_ not in HAPPENING or token.tag_ not in {"VBZ", "VBP"} or subject is None:
        return None
    if subject.lower_ in WATCHERS | {"they", "he", "she"} or _negated(token):
        return None
    return _cue(subject.left_edge.i, token, "something happens", HAPPENING[token.lemma_])


def _changing(token: Token) -> Sensed | None:
    """ "the surface gets dull", "the dough is sticky": a thing has a property that senses find."""
    if token.lower_ not in PROPERTIES:
        return None
    at = token.i - 1
    while at > 0 and token.doc[at].lower_ in DEGREES | PROPERTIES.keys():
        at -= 1
    verb = token.doc[max(at, 0)]
    changes, is_so = verb.lower_ in BECOMING, verb.lower_ in {"is", "are", "'s", "be"}
    if at < 1 or not (changes or (is_so and token.lower_ not in ONLY_CHANGING)):
        return None
    subject = _thing_before(verb.nbor(-1) if verb.nbor(-1).lower_ in MODALS | {"is", "are", "'s"} else verb)
    after = _next(token)
    if after is not None and after.lower_ == "to":
        return None  # "it gets harder to tell"
    if subject is None or (is_so and subject.pos_ == "PRON") or _makes_a_clause(token) or _next_is_noun(token):
        return None
    return _cue(subject.left_edge.i, token, "something has a look or a feel", PROPERTIES[token.lower_])


def _makes_a_clause(token: Token) -> bool:
    """Whether it goes on as "hard to say"."""
    return any(child.dep_ in {"xcomp", "ccomp"} for child in (*token.children, *token.head.children))


def _next_is_noun(token: Token) -> bool:
    after = _next(token)
    return after is not None and after.pos_ in {"NOUN", "PROPN"}


def _named(token: Token) -> Sensed | None:
    """ "the smell of burnt sugar", "the sound changes": what is sensed is named."""
    if token.lemma_.lower() not in SENSED or token.pos_ != "NOUN":
        return None
    modality, verb, after = SENSED[token.lemma_.lower()], token.head, _next(token)
    subject_of = token.dep_ == "nsubj" and verb.i > token.i and verb.tag_ in {"VBZ", "VBP", "VB"} and not _negated(verb)
    if subject_of:
        told = next((child for child in verb.children if child.dep_ == "acomp"), verb)
        if (verb.pos_ == "VERB" or told is not verb) and told.lower_ not in VERDICTS and not _makes_a_clause(told):
            return _cue(token.left_edge.i, told, "a sensation is named", modality)
    of_what = after is not None and after.lower_ == "of" and modality not in {FELT, TASTED}  # "a flavor of Unix"
    described = any(child.lower_ in PROPERTIES for child in token.children)
    met = token.lower_ == "resistance" and token.dep_ == "dobj"
    if (of_what or described or met) and not _negated(verb):
        return _cue(token.left_edge.i, token, "a sensation is named", modality)
    return None


def _cue(first: int, head: Token, rule: str, modality: Modality | None) -> Sensed | None:
    """From that token to the end of what belongs to the head, but not beyond a comma, a clause or LONGEST tokens."""
    first = min(first, head.i)
    last = head.i
    for token in head.doc[head.i + 1 : min(head.right_edge.i + 1, first + LONGEST)]:
        if token.is_punct or token.is_space or token.lower_ in CLAUSES:
            break
        last = token.i
    while last > head.i and head.doc[last].pos_ in {"CCONJ", "SCONJ", "INTJ"}:
        last -= 1
    while first < head.i and head.doc[first].pos_ in {"CCONJ", "SCONJ", "INTJ", "PUNCT", "SPACE"}:
        first += 1
    return Sensed(first, last, rule, modality) if last - first < LONGEST else None


def _subject(verb: Token) -> Token | None:
    """Who or what does it, also where the verb shares the subject of the verb it is joined to."""
    for _ in range(3):
        found = next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
        if found is not None:
            return found if found.i < verb.i else None
        if verb.dep_ not in {"conj", "xcomp"}:
            return None
        verb = verb.head
    return None


def _subject_word(verb: Token) -> str:
    subject = _subject(verb)
    return "" if subject is None else subject.lower_


def _negated(verb: Token) -> bool:
    return any(child.dep_ == "neg" for child in verb.children)


def _next(token: Token) -> Token | None:
    return token.nbor() if token.i + 1 < len(token.doc) else None
