"""The way from every kept revision of a recording's transcript to one of them."""

from sqlalchemy.orm import Session

from models.tracing import Range, Trace
from models.transcripts import first_with_sha, transcript_by_sha
from models.values import Evidence, Transcript


class Tracer:
    """Finds in one revision what evidence cites of others. Each pair of revisions is laid side by side once."""

    def __init__(self, session: Session, recording_id: str, to: Transcript) -> None:
        self.to = to
        self.sha256 = to.sha256
        self._session = session
        self._recording_id = recording_id
        self._known: dict[str, Trace | None] = {}

    def span(self, evidence: Evidence) -> Range | None:
        """Characters of the revision; None where nothing of the evidence is left, or its own revision is gone."""
        trace = self._trace(evidence.transcript_sha256)
        return trace.span(evidence.start_char, evidence.end_char) if trace else None

    def cited(self, evidence: Evidence) -> Transcript | None:
        """The revision that the evidence cites, as it first was."""
        return first_with_sha(self._session, self._recording_id, evidence.transcript_sha256)

    def _trace(self, sha256: str) -> Trace | None:
        if sha256 not in self._known:
            old = transcript_by_sha(self._session, self._recording_id, sha256)
            self._known[sha256] = Trace(old, self.to) if old else None
        return self._known[sha256]
