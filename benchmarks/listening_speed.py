"""How fast sound becomes words, side by side with openai-whisper's own program, on the same weights and sound.

    python benchmarks/listening_speed.py DATA_DIR [--minutes 30] [--models demo,tiny,base]
        [--engines tacit,whisper-cli,faster] [--threads 2] [--tokens 60]

Joins the sound files below DATA_DIR, in the order of their names and again from the first one where they are too
short, into one WAV file. The weights are the shipped checkpoint (demo), and random ones of the true dimensions of
Whisper's models, which cost what real ones cost. Each engine then is a process of its own that starts, loads
the weights, hears the file and writes words with their times:

* tacit: `steps.transcript_of`, as `tacit transcribe --speakers 1` calls it: whisper's program tells no voices apart;
* whisper-cli: openai-whisper's `cli()` with --word_timestamps True --temperature 0 --beam_size None
  --condition_on_previous_text False --fp16 False and the same --threads; it wants Debian's ffmpeg;
* faster: tacit with the extra tacit[fast], int8; its weights are converted before the clock starts.

All decode greedily at temperature 0 without another try, and every answer to a window ends after --tokens tokens: what
does not know the speech would repeat itself up to Whisper's limit. openai-whisper's program has no option for that, so
its child hands `sample_len` to the `transcribe` that `cli()` calls; nothing else of it is touched.

Prints one JSON object a run: seconds of wall and processor from the start of the process to its end, the words heard,
and the seconds as a share of whisper-cli's.
"""

import argparse
import functools
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from model_costs import random_weights

from models.errors import TacitError
from models.values import SAMPLE_RATE, ModelStamp, Samples
from pipeline import audio, converted, steps, whisper_models
from pipeline.faster_whisper import FasterWhisper
from pipeline.openai_whisper import Decoding, OpenaiWhisper
from pipeline.protocols import Recogniser
from pipeline.remote import PATIENT
from pipeline.settings import Settings
from pipeline.tools import build_tools

ENDINGS = {".wav", ".mp3", ".flac", ".m4a", ".ogg", ".opus"}
DEMO = Path(__file__).parents[1] / "data" / "samples" / "weights" / "demo-en.pt"
CHILD = "--child"
WORKSHOP = "TACIT_BENCH_DIR"  # where a child finds converted weights


@dataclass(frozen=True, slots=True)
class Run:
    """One engine over the whole sound."""

    model: str
    engine: str
    wall_s: float
    cpu_s: float
    words: int


# Sound and weights


def joined(data_dir: Path, seconds: float) -> Iterator[Samples]:
    """Real sound of so many seconds, file after file."""
    paths = sorted(path for path in data_dir.rglob("*") if path.suffix.lower() in ENDINGS)
    if not paths:
        raise SystemExit(f"no sound file below {data_dir}")
    left = round(seconds * SAMPLE_RATE)
    for path in cycle(paths):
        try:
            blocks = list(audio.blocks(path))
        except TacitError as problem:
            raise SystemExit(f"{path}: {problem.detail}") from problem
        for _, samples in blocks:
            yield samples[:left]
            left -= len(samples)
            if left <= 0:
                return


def write_sound(path: Path, data_dir: Path, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for samples in joined(data_dir, seconds):
            file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def converted_weights(weights: Path, workshop: Path) -> Path:
    """The weights for CTranslate2, made once."""
    return converted.made(workshop, whisper_models.weights(Settings(whisper_model=str(weights))))


# What a child does


def hear_with_tacit(sound: Path, weights: Path, engine: str, threads: int, tokens: int) -> int:
    """As `tacit transcribe` does it. Gives the number of words."""
    tools = build_tools(Settings(whisper_model=str(weights), threads=threads))
    tools.recogniser = (faster if engine == "faster" else openai)(weights, threads, tokens)
    return len(steps.transcript_of(sound, tools, language="en", speakers=1).words)


def openai(weights: Path, threads: int, tokens: int) -> Recogniser:
    loaded = whisper_models.load(Settings(whisper_model=str(weights), threads=threads, device="cpu"))
    decoding = Decoding(temperatures=(0.0,), most_tokens=tokens)
    return OpenaiWhisper(loaded.model, ModelStamp("transcribe", loaded.name, loaded.version), decoding=decoding)


def faster(weights: Path, threads: int, tokens: int) -> Recogniser:
    from faster_whisper import WhisperModel  # noqa: PLC0415 (an extra)

    path = converted_weights(weights, Path(os.environ[WORKSHOP]))
    model = WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
    return FasterWhisper(model, ModelStamp("transcribe", path.name, "1"), max_tokens=tokens, retries=())


def hear_with_cli(sound: Path, weights: Path, threads: int, tokens: int) -> int:
    """openai-whisper's own program, whose answers end after so many tokens. Gives the number of words."""
    module = importlib.import_module("whisper.transcribe")
    module.transcribe = functools.partial(module.transcribe, sample_len=tokens)  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as directory:
        sys.argv = [
            "whisper",
            str(sound),
            "--model",
            str(weights),
            "--output_dir",
            directory,
            "--output_format",
            "json",
        ]
        sys.argv += ["--language", "en", "--verbose", "False", "--threads", str(threads), "--word_timestamps", "True"]
        sys.argv += ["--temperature", "0", "--temperature_increment_on_fallback", "None", "--beam_size", "None"]
        sys.argv += ["--condition_on_previous_text", "False"]
        module.cli()  # type: ignore[attr-defined]
        [written] = Path(directory).glob("*.json")
        segments = json.loads(written.read_text())["segments"]
    return sum(len(segment["words"]) for segment in segments)


def child(arguments: Sequence[str]) -> None:
    engine, sound, weights, threads, tokens = arguments
    if engine == "whisper-cli":
        words = hear_with_cli(Path(sound), Path(weights), int(threads), int(tokens))
    else:
        words = hear_with_tacit(Path(sound), Path(weights), engine, int(threads), int(tokens))
    print(words)


# What the parent measures


def measure(model: str, engine: str, sound: Path, weights: Path, chosen: argparse.Namespace) -> Run:
    """One engine over the whole sound, in a process of its own."""
    command = [
        sys.executable,
        __file__,
        CHILD,
        engine,
        str(sound),
        str(weights),
        str(chosen.threads),
        str(chosen.tokens),
    ]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=surroundings(sound)).stdout
    wall_s = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(model, engine, round(wall_s, 1), round(cpu_s, 1), int(told.split()[-1]))


def surroundings(sound: Path) -> dict[str, str]:
    """The same for every child: threads that wait for each other do not spin, as in tacit's own worker."""
    return {**PATIENT, **os.environ, WORKSHOP: str(sound.parent)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--models", default="demo,tiny,base")
    parser.add_argument("--engines", default="tacit,whisper-cli,faster")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as directory:
        sound = Path(directory) / "joined.wav"
        write_sound(sound, chosen.data_dir, 60 * chosen.minutes)
        for model in chosen.models.split(","):
            weights = DEMO if model == "demo" else random_weights(model, Path(directory) / f"{model}.pt")
            if "faster" in chosen.engines.split(","):
                converted_weights(weights, Path(directory))
            runs = [measure(model, engine, sound, weights, chosen) for engine in chosen.engines.split(",")]
            theirs = next((run for run in runs if run.engine == "whisper-cli"), None)
            for run in runs:
                print(
                    json.dumps({**asdict(run), **({"of_whisper_cli": shares(run, theirs)} if theirs else {})}),
                    flush=True,
                )


def shares(run: Run, theirs: Run) -> dict[str, float]:
    return {"wall": round(run.wall_s / theirs.wall_s, 3), "cpu": round(run.cpu_s / theirs.cpu_s, 3)}


if __name__ == "__main__":
    if sys.argv[1:2] == [CHILD]:
        child(sys.argv[2:])
    else:
        main()
