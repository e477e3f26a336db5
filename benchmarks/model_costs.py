"""What each size of Whisper costs on this machine, with either engine: time against real time, and memory.

    python benchmarks/model_costs.py SOUND [--sizes tiny,base,small] [--threads 1] [--windows 5] [--tokens 100]

SOUND is any recording of speech that is long enough for the windows of 28 s. Costs do not hang on what a model has
learnt, so random weights of the true dimensions are made, which write exactly --tokens tokens a window and need no
second try. Both engines decode greedily and place every word; each is measured in a process of its own. Prints one JSON
object an engine and size: CPU and wall seconds for 30 s of sound, how many times faster than real time, and the peak of
the memory.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from whisper.model import ModelDimensions, Whisper

from models.values import ModelStamp, Samples
from pipeline import audio, converted, whisper_models
from pipeline.settings import Settings
from pipeline.speech import WINDOW_S

# state, heads, layers of encoder and decoder, mels, tokens: Whisper's paper, table 1, and its later models
SIZES = {
    "tiny": (384, 6, 4, 4, 80, 51865),
    "base": (512, 8, 6, 6, 80, 51865),
    "small": (768, 12, 12, 12, 80, 51865),
    "medium": (1024, 16, 24, 24, 80, 51865),
    "large-v3-turbo": (1280, 20, 32, 4, 128, 51866),
    "large-v3": (1280, 20, 32, 32, 128, 51866),
}
ENGINES = ("openai-whisper", "faster-whisper")
_SPOKEN = slice(1000, 2000)  # the tokens that random weights choose from: plain text, no time and no end
_LEAN = 20.0  # how much more likely those are, in logits


def random_weights(size: str, path: Path) -> Path:
    """Weights of a size as a .pt file; always the same."""
    state, heads, encoder, decoder, mels, tokens = SIZES[size]
    torch.manual_seed(1)
    dims = ModelDimensions(mels, 1500, state, heads, encoder, tokens, 448, state, heads, decoder)
    model = Whisper(dims)
    with torch.no_grad():
        lean = torch.full((state,), (_LEAN / state) ** 0.5)
        model.decoder.positional_embedding.normal_(std=0.02)
        model.decoder.token_embedding.weight.normal_(std=0.02)
        model.decoder.token_embedding.weight[_SPOKEN] += lean
        model.decoder.ln.bias += lean
    torch.save({"dims": vars(dims), "model_state_dict": model.half().state_dict()}, path)
    return path


def openai_whisper(weights: Path, threads: int, tokens: int) -> Callable[[Sequence[Samples]], int]:
    """openai-whisper's own functions, window after window: decode, then place the words. Gives the number of words."""
    import whisper  # noqa: PLC0415 (the other engine's memory must not count)
    from whisper.timing import add_word_timestamps  # noqa: PLC0415 (the other engine's memory must not count)
    from whisper.tokenizer import get_tokenizer  # noqa: PLC0415 (the other engine's memory must not count)

    torch.set_num_threads(threads)
    model = whisper.load_model(str(weights), device="cpu")
    tokenizer = get_tokenizer(True, num_languages=model.num_languages, language="en", task="transcribe")
    options = whisper.DecodingOptions(language="en", temperature=0.0, sample_len=tokens, fp16=False)

    def hear(windows: Sequence[Samples]) -> int:
        words = 0
        for samples in windows:
            mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), model.dims.n_mels)
            said = whisper.decode(model, mel, options)
            segment = {"seek": 0, "start": 0.0, "end": 30.0, "tokens": said.tokens}
            add_word_timestamps(
                segments=[segment], model=model, tokenizer=tokenizer, mel=mel, num_frames=3000, last_speech_timestamp=0
            )
            words += len(segment["words"])
        return words

    return hear


def faster_whisper(weights: Path, threads: int, tokens: int) -> Callable[[Sequence[Samples]], int]:
    """tacit's engine on faster-whisper, int8, windows together. Gives the number of words."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 (the other engine's memory must not count)

    from pipeline.faster_whisper import FasterWhisper  # noqa: PLC0415 (the other engine's memory must not count)

    found = whisper_models.weights(Settings(whisper_model=str(weights)))
    model = WhisperModel(
        str(converted.made(weights.parent, found)), device="cpu", compute_type="int8", cpu_threads=threads
    )
    engine = FasterWhisper(model, ModelStamp("transcribe", "random", "1"), max_tokens=tokens, retries=())

    def hear(windows: Sequence[Samples]) -> int:
        heard = engine.hear(windows, language="en", vocabulary=None)
        return sum(len(segment.words) for one in heard for segment in one.segments)

    return hear


def measure(engine: str, weights: Path, sound: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """One engine on one model, in this process."""
    windows = [audio.decode(sound, number * WINDOW_S, (number + 1) * WINDOW_S) for number in range(chosen.windows)]
    make = openai_whisper if engine == "openai-whisper" else faster_whisper
    hear = make(weights, chosen.threads, chosen.tokens)
    hear(windows[:1])
    wall, cpu = time.perf_counter(), time.process_time()
    words = hear(windows)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    share = 30.0 / sum(len(samples) for samples in windows) * 16_000
    return {
        "engine": engine,
        "threads": chosen.threads,
        "cpu_s_per_30_s": round(cpu * share, 2),
        "wall_s_per_30_s": round(wall * share, 2),
        "times_real_time_on_the_cpu": round(30 / (cpu * share), 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "words": words,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sound", type=Path)
    parser.add_argument("--sizes", default="tiny,base,small")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--windows", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--only", nargs=2, metavar=("ENGINE", "WEIGHTS"), help="one engine on one file, as JSON")
    chosen = parser.parse_args()
    if chosen.only:
        print(json.dumps(measure(chosen.only[0], Path(chosen.only[1]), chosen.sound, chosen)))
        return
    with tempfile.TemporaryDirectory() as directory:
        for size in chosen.sizes.split(","):
            weights = random_weights(size, Path(directory) / f"{size}.pt")
            for engine in ENGINES:
                command = [sys.executable, *sys.argv, "--only", engine, str(weights)]
                threads = {name: str(chosen.threads) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")}
                environment = {**os.environ, **threads}  # numba, which aligns words, would give torch all there are
                found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
                print(json.dumps({"size": size, **json.loads(found)}), flush=True)


if __name__ == "__main__":
    main()
