"""The same work by a pipeline of pyannote.audio that somebody has on this machine (the extra tacit[pyannote])."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import MissingModel
from models.values import SAMPLE_RATE, Clip, ModelStamp, Samples, Voice
from pipeline.speakers import in_order

REMEDY = (
    "Install the extra (pip install 'tacit[pyannote]') and set TACIT_DIARIZATION_MODEL to the folder of a pipeline, "
    "or to its config.yaml; or set it back to resemblyzer."
)


class PyannoteDiarizer:
    """A Diarizer (see protocols). The pipeline wants the whole sound at once: 230 MB an hour."""

    def __init__(self, pipeline: Any, stamp: ModelStamp) -> None:
        self._pipeline = pipeline
        self.stamp = stamp

    def voices(self, blocks: Iterable[Samples], speech: Sequence[Clip], *, speakers: int) -> list[Voice]:
        """Who is heard when, in order of time. The pipeline finds the speech itself; voices may overlap."""
        import torch  # noqa: PLC0415

        sound = np.concatenate([*blocks, np.zeros(0, np.float32)])
        if not speech or not len(sound):
            return []
        given = {"waveform": torch.from_numpy(sound)[None], "sample_rate": SAMPLE_RATE}
        answer = self._pipeline(given, num_speakers=speakers)
        tracks = getattr(answer, "speaker_diarization", answer).itertracks(yield_label=True)
        return in_order(Voice(str(label), float(segment.start), float(segment.end)) for segment, _, label in tracks)


def load_pyannote(path: Path) -> PyannoteDiarizer:
    """The pipeline in a folder, or of a config.yaml. Nothing is fetched. Raises MissingModel where it is not there."""
    if find_spec("pyannote") is None or find_spec("pyannote.audio") is None:
        raise MissingModel("pyannote.audio is not installed, and diarization_model wants it.", remedy=REMEDY)
    if not path.exists():
        raise MissingModel(f"There is no pipeline of pyannote.audio at {path}.", remedy=REMEDY)
    from pyannote.audio import Pipeline  # noqa: PLC0415

    pipeline = Pipeline.from_pretrained(str(path.absolute()))
    if pipeline is None:
        raise MissingModel(f"pyannote.audio could not load the pipeline at {path}.", remedy=REMEDY)
    return PyannoteDiarizer(pipeline, ModelStamp("diarize", f"pyannote {path.name}", version("pyannote.audio")))
