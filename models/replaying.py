"""People's corrections made again on a new transcript of the same recording. Pure: no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.anchors import Anchor, Edit, Ground, Run, alike, plain, voices_of
from models.correcting import corrected
from models.corrections import Correction, Extent, Handover, Rewording, SpeakerChange
from models.errors import Invalid
from models.values import MACHINE, Transcript, Voice

MOST_TOLD = 5  # places in one warning


def replayed(transcript: Transcript, edits: Sequence[tuple[Edit, str]]) -> Transcript:
    """The transcript with these corrections, each with who made it, in their order. The same input gives the same.

    Words are replaced where the new ones lie in the same seconds; where they read right already, they are a person's
    from now on. Speakers are those who speak at the same times, whatever they are called now. What finds no place is
    left out, and a warning says so.
    """
    replay = _Replay(transcript)
    for edit, by in edits:
        replay.take(edit, by)
    replay.flush()
    lost = list(dict.fromkeys(replay.lost))
    return replace(replay.transcript, warnings=(*transcript.warnings, _told(lost))) if lost else replay.transcript


def _told(lost: Sequence[str]) -> str:
    named = ", ".join(lost[:MOST_TOLD]) + (f" and {len(lost) - MOST_TOLD} more" if len(lost) > MOST_TOLD else "")
    return f"Corrections found no place in this newer transcript: {named}. The revisions before it still show them."


@dataclass
class _Found:
    """An edit's parts in the characters of the new transcript."""

    speakers: dict[str, SpeakerChange] = field(default_factory=dict)
    turns: list[Handover] = field(default_factory=list)
    words: list[Rewording] = field(default_factory=list)
    listened: list[Extent] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)  # tokens
    lost: list[str] = field(default_factory=list)


class _Replay:
    """The corrections of which no two touch the same words are made at once: a long transcript is not written often."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.lost: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self._ground = Ground(self.transcript)
        self._waiting = _Found()
        self._by = MACHINE

    def take(self, edit: Edit, by: str) -> None:
        if edit.speakers or by != self._by:
            self.flush()
        found = self._find(edit)
        if found.touched & self._waiting.touched or (found.lost and self._waiting.touched):
            self.flush()
            found = self._find(edit)
        self._by = by
        waiting = self._waiting
        waiting.speakers |= found.speakers
        waiting.turns += found.turns
        waiting.words += found.words
        waiting.listened += found.listened
        waiting.touched |= found.touched
        self.lost += found.lost
        if edit.speakers:
            self.flush()

    def flush(self) -> None:
        """Make what waits."""
        waiting = self._waiting
        if not (waiting.speakers or waiting.turns or waiting.words or waiting.listened):
            return
        correction = Correction.model_construct(
            speakers=waiting.speakers,
            turns=tuple(waiting.turns),
            words=tuple(waiting.words),
            listened=tuple(waiting.listened),
        )
        try:
            self.transcript = corrected(self.transcript, correction, by=self._by)
        except Invalid:  # as where nobody said a word of what the new transcript says: somebody has to look
            self.lost.append("several that would leave nothing of it")
        self._begin()

    def _find(self, edit: Edit) -> _Found:
        found = _Found()
        labels = matched(edit.voices, self.transcript) if edit.speakers or edit.turns else {}
        found.speakers = dict(_renames(edit, labels))
        found.lost += ["the name of a speaker"] * (len(found.speakers) < len(edit.speakers))
        for given in edit.turns:
            speaker = _heir(given.speaker, edit, labels, found.speakers)
            runs = list(self._free(self._ground.inside(given.anchor), found.turns))
            for start, end in map(self._chars, runs):
                found.turns.append(Handover.model_construct(start_char=start, end_char=end, speaker=speaker))
            self._note(found, given.anchor, runs)
        for reworded in edit.words:
            run = self._ground.find(reworded.anchor, reworded.text)
            if run and not reworded.text and not self._says(run, reworded.anchor):
                run = None
            runs = list(self._free([run] if run else [], found.words))
            for start, end in map(self._chars, runs):
                found.words.append(Rewording.model_construct(start_char=start, end_char=end, text=reworded.text))
            if runs or reworded.text:
                self._note(found, reworded.anchor, runs)
        for anchor in edit.listened:
            for run in self._free(self._ground.same(anchor), found.listened):
                start, end = self._chars(run)
                found.listened.append(Extent(start_char=start, end_char=end))
                found.touched |= set(range(*run))
        return found

    def _note(self, found: _Found, anchor: Anchor, runs: Sequence[Run]) -> None:
        found.touched |= {place for run in runs for place in range(*run)}
        found.lost += [] if runs else [_where(anchor)]

    def _chars(self, run: Run) -> tuple[int, int]:
        return self._ground.tokens[run[0]].start_char, self._ground.tokens[run[1] - 1].end_char

    def _free(self, runs: Sequence[Run], taken: Sequence[Extent]) -> Iterator[Run]:
        """Those of the runs that touch none of the parts."""
        return (run for run in runs if not any(part.touches(*self._chars(run)) for part in taken))

    def _says(self, run: Run, anchor: Anchor) -> bool:
        return alike(self._ground.plain[run[0] : run[1]], [plain(word) for word in anchor.said])


def _where(anchor: Anchor) -> str:
    if anchor.start_s is None:
        return f"{anchor.place:.0%} through the text"
    minutes, seconds = divmod(int(anchor.start_s), 60)
    return f"at {minutes}:{seconds:02}"


# Speakers


def matched(voices: Sequence[Voice], transcript: Transcript) -> dict[str, str]:
    """Who was heard then → who that is now: those who speak most at the same times, each once.

    Where one of the two knows no times, the same names are the same speakers.
    """
    now = list(voices_of(transcript))
    if not voices or not now:
        return {turn.speaker: turn.speaker for turn in transcript.turns}
    shared: dict[tuple[str, str], float] = {}
    ordered, first = sorted(voices, key=lambda voice: voice.start_s), 0
    for voice in sorted(now, key=lambda voice: voice.start_s):
        while first < len(ordered) and ordered[first].end_s <= voice.start_s:
            first += 1
        for other in ordered[first:]:
            if other.start_s >= voice.end_s:
                break
            both_s = min(other.end_s, voice.end_s) - max(other.start_s, voice.start_s)
            pair = other.speaker, voice.speaker
            shared[pair] = shared.get(pair, 0.0) + max(0.0, both_s)
    labels: dict[str, str] = {}
    for (then, today), _ in sorted(shared.items(), key=lambda each: (-each[1], each[0])):
        if then not in labels and today not in labels.values():
            labels[then] = today
    return labels


def _renames(edit: Edit, labels: Mapping[str, str]) -> Iterator[tuple[str, SpeakerChange]]:
    new = {given.speaker for given in edit.turns}
    for renamed in edit.speakers:
        label = labels.get(renamed.label, renamed.label if renamed.label in new else None)
        if label is not None:
            name = renamed.name and labels.get(renamed.name, renamed.name)
            yield label, SpeakerChange.model_construct(name=name, role=renamed.role)


def _heir(speaker: str, edit: Edit, labels: Mapping[str, str], renames: Mapping[str, SpeakerChange]) -> str:
    """What a speaker is called now who was called so after the edit."""
    names = {renamed.label: renamed.name or renamed.label for renamed in edit.speakers}
    for then, today in labels.items():
        if names.get(then, then) == speaker:
            change = renames.get(today)
            return (change and change.name) or today
    return speaker
