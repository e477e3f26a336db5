"""Makes baker.m4a and baker.reference.json: an interview with a baker, spoken by two voices of espeak-ng.

The demo checkpoint (weights/demo-en.pt) knows these voices and these sentences, and nothing else. Needs the shared
library libespeak-ng.so.1 (Debian: libespeak-ng1); everything else is a dependency of tacit.

    python data/samples/make_baker.py [FOLDER]
"""

import ctypes
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 22_050  # of espeak-ng
HEARD_RATE = 16_000
SEED = 9  # of the pauses; with this one the demo checkpoint hears nearly every word
FIRST_PAUSE_S = 0.5
PAUSES_S = (0.3, 1.2)
BIT_RATE = 48_000  # with fewer, the demo checkpoint mishears


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng."""

    speaker: str
    name: str
    rate: int  # words a minute
    pitch: int


VOICES = {"Q": Voice("Interviewer", "en-us+f3", 170, 52), "A": Voice("Expert", "en-us", 155, 42)}

SCRIPT = """
Q: Thank you for taking the time to talk with me today.
Q: Can you tell me how you know that the dough is ready?
A: When the dough is ready it tells you.
A: You press it with your thumb and it pushes back slowly, like a sponge.
A: If it springs back right away, it needs more time.
A: If it does not come back at all, you waited too long.
Q: What do you do when you waited too long?
A: Then I fold it again and I bake it in a pan, because a weak dough cannot stand alone.
Q: The recipe says to wait four hours. Do you follow the recipe?
A: Almost never. The recipe is a map, but the weather is the road.
A: On a hot day the dough moves like a river, and on a cold day it sleeps like a bear.
A: In the summer I skip the second rest, because the room does the work for me.
Q: How did you learn to skip that step?
A: I ruined forty loaves before I understood it.
A: My teacher never explained it. She only said, touch it again.
Q: What did she want you to feel?
A: She wanted me to feel the moment when the dough stops fighting.
A: At first it is like a rope that pulls against your hands.
A: Then it becomes soft, like the skin of a baby.
Q: Is there a sound that tells you something is wrong?
A: Yes. A good loaf sings when it leaves the oven.
A: The crust cracks with a small sound, like dry leaves.
A: If the bread is silent, the inside is still wet.
Q: What do new people get wrong most often?
A: They trust the clock more than their hands.
A: They add flour when the dough is sticky, and that is a mistake.
A: Sticky dough is only young dough. Give it time and it will let go of your fingers.
Q: When would you throw a batch away?
A: When it smells like paint, I throw it away. I do not try to save it.
A: A sour smell is fine, but a sharp smell means the starter is hungry.
Q: How do you feed the starter?
A: I treat the starter like a pet. It eats in the morning and in the evening.
A: When it doubles and the top is round, it is happy.
A: When the top falls and there is water on it, it is starving.
Q: Can you give me an example of a bad day?
A: Once the oven was broken and the heat came only from one side.
A: I turned every loaf after ten minutes, and I watched the color of the crust.
A: The color is my thermometer. Dark gold is good, and brown like coffee is too far.
Q: Do you ever use a real thermometer?
A: I use it when I train somebody, because they do not have my eyes yet.
A: After one year they do not need it anymore.
Q: What would you write down for the next baker?
A: I would write that the hands are faster than the book.
A: Never open the oven in the first ten minutes, or the steam will run away.
A: If the flour is new, use less water, because fresh flour drinks slowly.
A: And always keep a piece of old dough, because it is the memory of the bakery.
Q: What do you mean by memory?
A: The old dough carries the taste of every day before.
A: If you start from nothing, the bread has no story.
Q: How long does it take to learn all of this?
A: Two years to bake good bread, and ten years to know when it is bad.
A: The machine can mix, but the machine cannot worry.
Q: Is there a rule that you always break?
A: The book says to weigh the salt. I throw it with my hand and I look at the dough.
A: Too much salt makes the dough tight, like a muscle.
A: Too little salt and it runs all over the table.
Q: Who taught you to look at the dough like that?
A: My grandmother. She could hear a bad dough from the next room.
A: She said that a lazy baker makes heavy bread.
Q: What feels off when the mixing is not finished?
A: The window breaks. I pull a small piece and I hold it against the light.
A: If I can see my fingers through it, the mixing is done.
A: If it tears, I give it two more minutes and I look again.
Q: And what if the machine is too fast?
A: Then the dough gets warm, and warm dough is like a tired child.
A: You have to put it in a cold place and leave it alone.
Q: That is a wonderful picture. Thank you very much.
A: You are welcome. Come back tomorrow and bring your hands.
"""

Signal = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as it sounds; `starts_s` has one time for every word."""

    signal: Signal
    starts_s: tuple[float, ...]

    @property
    def lasting_s(self) -> float:
        return len(self.signal) / RATE


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
_SYNCHRONOUS, _RATE, _PITCH, _RANGE, _WORD_EVENT, _END = 2, 1, 3, 4, 1, 0


class Speaker:
    """espeak-ng in this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._pieces: list[Signal] = []
        self._words: list[tuple[int, float]] = []  # character position, seconds
        self._keep = _CALLBACK(self._collect)  # the library holds a pointer to it
        if self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 1) != RATE:
            raise SystemExit("espeak-ng did not start at 22,050 Hz")
        self._library.espeak_SetSynthCallback(self._keep)

    def say(self, text: str, voice: Voice) -> Spoken:
        """The sentence without the silence around it."""
        if self._library.espeak_SetVoiceByName(voice.name.encode()):  # else the voice before it would speak on
            raise SystemExit(f"espeak-ng has no voice {voice.name}")
        for parameter, value in ((_RATE, voice.rate), (_PITCH, voice.pitch), (_RANGE, 50)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._pieces.clear()
        self._words.clear()
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        self._library.espeak_Synchronize()
        signal = np.concatenate(self._pieces)
        loud = np.flatnonzero(np.abs(signal) > 65)
        first, last = int(loud[0]), int(loud[-1]) + 1
        begins = [word.start() for word in re.finditer(r"\S+", text)]
        known: dict[int, float] = {}
        for place, seconds in self._words:  # a clause's last word is told again when the clause ends
            if place in begins:
                known.setdefault(place, max(0.0, seconds - first / RATE))
        places, times = zip(*sorted(known.items()), (len(text), (last - first) / RATE), strict=True)
        starts = np.interp(begins, places, times)  # it runs some together
        return Spoken(signal[first:last], tuple(starts.tolist()))

    def _collect(self, wav: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if wav and count > 0:
            self._pieces.append(np.ctypeslib.as_array(wav, (count,)).copy())
        number = 0
        while events[number].type != _END:
            if events[number].type == _WORD_EVENT:
                self._words.append((events[number].text_position - 1, events[number].audio_position / 1000))
            number += 1
        return 0


def sentences() -> Iterator[tuple[Voice, str]]:
    for line in SCRIPT.strip().splitlines():
        letter, _, text = line.partition(": ")
        yield VOICES[letter], text


def interview() -> tuple[Signal, list[dict[str, object]]]:
    """The whole sound at RATE, and its segments in Whisper's JSON form."""
    speaker, chance = Speaker(), np.random.default_rng(SEED)
    signals, segments = [np.zeros(round(FIRST_PAUSE_S * RATE), np.int16)], []
    at = FIRST_PAUSE_S
    for number, (voice, text) in enumerate(sentences()):
        spoken = speaker.say(text, voice)
        segments.append(segment(number, voice, text, spoken, at))
        pause = np.zeros(round(chance.uniform(*PAUSES_S) * RATE), np.int16)
        signals += [spoken.signal, pause]
        at += spoken.lasting_s + len(pause) / RATE
    return np.concatenate(signals), segments


def segment(number: int, voice: Voice, text: str, spoken: Spoken, at: float) -> dict[str, object]:
    ends = [*spoken.starts_s[1:], spoken.lasting_s]
    words = [
        {"word": f" {word}", "start": round(at + start, 3), "end": round(at + end, 3)}
        for word, start, end in zip(text.split(), spoken.starts_s, ends, strict=True)
    ]
    end = round(at + spoken.lasting_s, 3)
    return {"id": number, "start": round(at, 3), "end": end, "text": text, "speaker": voice.speaker, "words": words}


def write_sound(signal: Signal, path: Path) -> None:
    """AAC in MP4, mono, at the rate at which it will be heard."""
    with av.open(path, "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("aac", rate=HEARD_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        resampler = av.AudioResampler(stream.format, "mono", HEARD_RATE, frame_size=1024)
        frame = av.AudioFrame.from_ndarray(signal[None], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(stream.encode(piece))


def main(folder: Path) -> None:
    signal, segments = interview()
    write_sound(signal, folder / "baker.m4a")
    text = " ".join(str(one["text"]) for one in segments)
    reference = {"text": text, "language": "en", "duration": round(len(signal) / RATE, 3), "segments": segments}
    (folder / "baker.reference.json").write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
