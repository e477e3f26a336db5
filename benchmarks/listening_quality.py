"""How well the shipped speech checkpoint is heard through the product, on what it knows and on what it never met.

    python benchmarks/listening_quality.py [--threads 2]

The baker's interview, which the checkpoint knows, is written down as `tacit transcribe` does it: word error rate
(jiwer, in small letters and without punctuation), the median and the 90th percentile of how far words begin from where
they are spoken, and the share of words marked suspect. Then the same for sentences that are in no script, spoken by
espeak-ng (Debian's espeak-ng) in the same two voices with the same pauses: what is heard there is not what was said,
and must be marked. Prints one JSON object each.
"""

import argparse
import json
import re
import sys
import tempfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from models.values import Transcript
from pipeline import steps
from pipeline.settings import Settings
from pipeline.tools import Tools, build_tools

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
sys.path.insert(0, str(SAMPLES))

import make_baker  # noqa: E402 (it lies beside the samples that it makes)

UNSEEN = """
Q: Where do you begin when the engine will not start?
A: I smell the exhaust first, because petrol tells you that the spark is missing.
A: If the starter turns slowly, I leave the engine alone and measure the battery.
Q: And what does a good weld look like?
A: It lies there like a row of coins that somebody pushed over.
A: When the colour turns blue beside the seam, you were too slow with the torch.
Q: How do you know that the patient is in pain?
A: She holds her breath before I touch the shoulder, and her toes curl.
A: Never ask a child whether it hurts. Ask where the bear should sit.
Q: What do beginners get wrong with the sails?
A: They pull the rope until it looks tidy, and the boat stops like a tired donkey.
"""


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def unseen(folder: Path) -> dict[str, Any]:
    """The unknown sentences as sound in `folder`, and their reference."""
    make_baker.SCRIPT = UNSEEN
    make_baker.main(folder)
    found: dict[str, Any] = json.loads((folder / "baker.reference.json").read_text(encoding="utf-8"))
    return found


def begins_off(heard: Transcript, reference: dict[str, Any]) -> list[float]:
    """Of each word that was heard right, how many seconds it begins too early or too late."""
    spoken = [(plain(word["word"]), word["start"]) for one in reference["segments"] for word in one["words"]]
    found = [(plain(heard.text[word.start_char : word.end_char]), word.start_s) for word in heard.words]
    matcher = SequenceMatcher(None, [word for word, _ in spoken], [word for word, _ in found], autojunk=False)
    pairs = [(a + step, b + step) for a, b, size in matcher.get_matching_blocks() for step in range(size)]
    return [abs((found[b][1] or 0.0) - spoken[a][1]) for a, b in pairs]


def measure(name: str, sound: Path, reference: dict[str, Any], tools: Tools) -> dict[str, Any]:
    heard = steps.transcript_of(sound, tools, language="en")
    off = begins_off(heard, reference)
    return {
        "sound": name,
        "words": len(reference["text"].split()),
        "word_error_rate": round(jiwer.wer(plain(reference["text"]), plain(heard.text)), 4),
        "word_starts_off_s": {"median": round(float(np.median(off)), 3), "p90": round(float(np.quantile(off, 0.9)), 3)},
        "suspect": round(sum(word.suspect is not None for word in heard.words) / max(1, len(heard.words)), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    settings = Settings(whisper_model=str(SAMPLES / "weights" / "demo-en.pt"), threads=chosen.threads)
    tools = build_tools(settings)
    reference = json.loads((SAMPLES / "baker.reference.json").read_text(encoding="utf-8"))
    print(json.dumps(measure("known", SAMPLES / "baker.m4a", reference, tools)), flush=True)
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as directory:
        folder = Path(directory)
        told = unseen(folder)
        print(json.dumps(measure("never met", folder / "baker.m4a", told, tools)))


if __name__ == "__main__":
    main()
