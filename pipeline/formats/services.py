"""The JSON of speech services: Google, Amazon, Azure, Deepgram, AssemblyAI. Each gives words with speakers and times.

Fields that are missing cost what they would have told, and nothing else.
https://cloud.google.com/speech-to-text/docs/reference/rest/v1/LongRunningRecognizeResponse
https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html
https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get
https://developers.deepgram.com/reference/listen-file
https://www.assemblyai.com/docs/api-reference/transcripts/get
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from models.values import Seconds, Transcript
from pipeline.formats.fields import TICKS_A_SECOND, Record, language, record, records, seconds, share, span, text_of
from pipeline.formats.utterances import Spoken, Utterance, are_in_order, assemble, timed
from pipeline.formats.voiced import Voiced, spoken_by

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Service:
    """A service whose JSON can be told by its shape."""

    source: str
    fits: Callable[[Record], bool]
    said: Callable[[Record], list[Utterance]]
    language: Callable[[Record], object]

    def read(self, document: Record, name: str) -> Transcript:
        """The transcript in its JSON. Raises Unreadable where there are no words."""
        said = self.said(document)
        if not are_in_order([one.start_s for one in said]) and all(one.start_s is not None for one in said):
            said.sort(key=lambda one: one.start_s or 0.0)
        return assemble(said, name, source=self.source, language=language(self.language(document)))


def _first(values: Sequence[Record]) -> Record:
    return values[0] if values else {}


def _speaker(label: object) -> str | None:
    """A speaker's name: services number them, from 0 or 1, and letters mean nothing else."""
    name = text_of(label)
    return f"Speaker {name}" if name.isdecimal() or (len(name) == 1 and name.isalpha()) else name or None


def _in_order(words: list[Voiced]) -> list[Voiced]:
    """Words of several channels, in order of time."""
    latest: Seconds = 0.0
    keys = list[Seconds]()
    for voiced in words:
        latest = voiced.word.start_s if voiced.word.start_s is not None else latest
        keys.append(latest)
    return [words[place] for place in sorted(range(len(words)), key=keys.__getitem__)]


# ---- Google Cloud Speech-to-Text, v1, v1p1beta1 and v2


def _google_results(document: Record) -> list[Record]:
    """The results, also inside of an operation, or of a batch with one file."""
    inner = record(document.get("response")) or document
    results = inner.get("results")
    if isinstance(results, dict):  # v2 names each file of a batch
        files = [record(one) for one in results.values()]
        inline = record(_first(files).get("inlineResult")) or _first(files)
        results = record(inline.get("transcript")).get("results")
    return records(results)


def _google_fits(document: Record) -> bool:
    return any(isinstance(result.get("alternatives"), list) for result in _google_results(document))


def _google_words(result: Record) -> list[Voiced]:
    best = _first(records(result.get("alternatives")))
    found = []
    for word in records(best.get("words")):
        text = text_of(word.get("word"))
        times = span(*(_either(word, f"{edge}Time", f"{edge}Offset", f"{edge}_time") for edge in ("start", "end")))
        label = _either(word, "speakerLabel", "speakerTag", "speaker_tag")
        if text:
            confidence = share(word.get("confidence")) or None  # 0 means that nobody asked for it
            found.append(Voiced(_speaker(label) if label != 0 else None, Spoken(text, *times, confidence)))
    return found


def _either(values: Record, *keys: str) -> object:
    """The first of these fields that is there. Proto3 leaves out what is zero: a start that is missing is one."""
    default = 0 if keys[0].startswith("start") else None
    return next((values[key] for key in keys if key in values), default)


def _google_said(document: Record) -> list[Utterance]:
    """With speakers, the last result has all the words again; only there each has its speaker."""
    results = _google_results(document)
    heard = [_google_words(result) for result in results]
    if heard and any(voiced.speaker for voiced in heard[-1]) and not any(one.speaker for one in chain(*heard[:-1])):
        heard, results = heard[-1:], results[-1:]
    said, before_s = list[Utterance](), 0.0
    for words, result in zip(heard, results, strict=True):
        end_s = seconds(_either(result, "resultEndTime", "resultEndOffset", "result_end_time"))
        text = text_of(_first(records(result.get("alternatives"))).get("transcript"))
        said += spoken_by(words) if words else [timed(None, text, before_s if end_s else None, end_s)]
        before_s = end_s or before_s
    return said


# ---- Amazon Transcribe


def _amazon_fits(document: Record) -> bool:
    results = record(document.get("results"))
    return isinstance(results.get("items"), list) or isinstance(results.get("channel_labels"), dict)


def _amazon_said(document: Record) -> list[Utterance]:
    results = record(document["results"])
    channels = records(record(results.get("channel_labels")).get("channels"))
    if channels:
        words = [
            replace(word, speaker=f"Channel {number}")
            for number, channel in enumerate(channels, 1)
            for word in _amazon_words(records(channel.get("items")), {})
        ]
        return list(spoken_by(_in_order(words)))
    labels = {
        text_of(item.get("start_time")): text_of(item.get("speaker_label"))
        for segment in records(record(results.get("speaker_labels")).get("segments"))
        for item in records(segment.get("items"))
    }
    return list(spoken_by(_amazon_words(records(results.get("items")), labels)))


def _amazon_words(items: Sequence[Record], labels: dict[str, str]) -> Iterator[Voiced]:
    """Words with the punctuation marks behind them; `labels` has speakers by the start of their words."""
    waiting: Voiced | None = None
    for item in items:
        best = _first(records(item.get("alternatives")))
        text = text_of(best.get("content"))
        if item.get("type") == "punctuation" and waiting is not None:
            waiting = replace(waiting, word=replace(waiting.word, text=waiting.word.text + text))
        elif text:
            if waiting is not None:
                yield waiting
            label = text_of(item.get("speaker_label")) or labels.get(text_of(item.get("start_time")))
            times = span(item.get("start_time"), item.get("end_time"))
            waiting = Voiced(label or None, Spoken(text, *times, share(best.get("confidence"))))
    if waiting is not None:
        yield waiting


# ---- Azure Speech: batch, and fast transcription


def _azure_fits(document: Record) -> bool:
    return isinstance(document.get("recognizedPhrases"), list) or (
        isinstance(document.get("phrases"), list) and "durationMilliseconds" in document
    )


def _azure_said(document: Record) -> list[Utterance]:
    phrases = records(document.get("recognizedPhrases"))
    if not phrases:
        return [_azure_fast(phrase) for phrase in records(document.get("phrases"))]
    channels = {text_of(phrase.get("channel")) for phrase in phrases}
    said = [_azure_phrase(phrase, by_channel=len(channels) > 1) for phrase in phrases]
    return sorted(said, key=lambda one: one.start_s or 0.0) if len(channels) > 1 else said


def _azure_phrase(phrase: Record, *, by_channel: bool) -> Utterance:
    best = _first(records(phrase.get("nBest")))
    confidence = share(best.get("confidence"))
    start_s = _azure_time(phrase, "offset")
    plain = timed(
        _azure_speaker(phrase, by_channel=by_channel),
        text_of(best.get("display")) or text_of(best.get("lexical")),
        start_s,
        _later(start_s, _azure_time(phrase, "duration")),
    )
    shown = records(best.get("displayWords"))
    words = [_azure_word(word, confidence) for word in shown]
    if not shown and len(lexical := records(best.get("words"))) == len(plain.text.split()):
        pairs = zip(lexical, plain.text.split(), strict=True)
        words = [_azure_word({**word, "displayText": text}, confidence) for word, text in pairs]
    return replace(plain, spoken=tuple(word for word in words if word.text))


def _azure_fast(phrase: Record) -> Utterance:
    start_s = seconds(phrase.get("offsetMilliseconds"), a_second=MILLISECONDS)
    end_s = _later(start_s, seconds(phrase.get("durationMilliseconds"), a_second=MILLISECONDS))
    plain = timed(_azure_speaker(phrase, by_channel=False), text_of(phrase.get("text")), start_s, end_s)
    words = []
    for word in records(phrase.get("words")):
        from_s = seconds(word.get("offsetMilliseconds"), a_second=MILLISECONDS)
        to_s = _later(from_s, seconds(word.get("durationMilliseconds"), a_second=MILLISECONDS))
        words.append(Spoken(text_of(word.get("text")), from_s, to_s, share(phrase.get("confidence"))))
    return replace(plain, spoken=tuple(word for word in words if word.text))


def _azure_speaker(phrase: Record, *, by_channel: bool) -> str | None:
    return f"Channel {text_of(phrase.get('channel'))}" if by_channel else _speaker(phrase.get("speaker"))


def _azure_word(word: Record, confidence: float | None) -> Spoken:
    start_s = _azure_time(word, "offset")
    end_s = _later(start_s, _azure_time(word, "duration"))
    return Spoken(text_of(word.get("displayText")), start_s if end_s is not None else None, end_s, confidence)


def _azure_time(values: Record, field: str) -> Seconds | None:
    ticks = values.get(f"{field}InTicks")
    return seconds(values.get(field)) if ticks is None else seconds(ticks, a_second=TICKS_A_SECOND)


def _later(start_s: Seconds | None, lasting_s: Seconds | None) -> Seconds | None:
    return None if start_s is None or lasting_s is None else round(start_s + lasting_s, 3)


# ---- Deepgram


def _deepgram_fits(document: Record) -> bool:
    return isinstance(record(document.get("results")).get("channels"), list)


def _deepgram_said(document: Record) -> list[Utterance]:
    channels = records(record(document["results"])["channels"])
    words = list[Voiced]()
    for number, channel in enumerate(channels, 1):
        best = _first(records(channel.get("alternatives")))
        named = f"Channel {number}" if len(channels) > 1 else None
        words += _plain_words(best.get("words"), a_second=1, named=named)
    return list(spoken_by(_in_order(words) if len(channels) > 1 else words))


def _plain_words(value: object, *, a_second: float, named: str | None) -> Iterator[Voiced]:
    """Words as {“word” or “text”, “start”, “end”, “confidence”, “speaker”}; `named` is who speaks all of them."""
    for word in records(value):
        text = text_of(word.get("punctuated_word")) or text_of(word.get("text")) or text_of(word.get("word"))
        times = span(word.get("start"), word.get("end"), a_second=a_second)
        if text:
            yield Voiced(named or _speaker(word.get("speaker")), Spoken(text, *times, share(word.get("confidence"))))


# ---- AssemblyAI


def _assembly_fits(document: Record) -> bool:
    return "audio_duration" in document or "audio_url" in document or "speech_model" in document


def _assembly_said(document: Record) -> list[Utterance]:
    words = list[Voiced]()
    for utterance in records(document.get("utterances")):
        words += _plain_words(utterance.get("words"), a_second=MILLISECONDS, named=_speaker(utterance.get("speaker")))
    words = words or list(_plain_words(document.get("words"), a_second=MILLISECONDS, named=None))
    if words:
        return list(spoken_by(words))
    times = [
        (one, span(one.get("start"), one.get("end"), a_second=MILLISECONDS))
        for one in records(document.get("utterances"))
    ]
    said = [timed(_speaker(one.get("speaker")), text_of(one.get("text")), *edges) for one, edges in times]
    return said or [timed(None, text_of(document.get("text")), None, None)]


SERVICES = (
    Service("azure-json", _azure_fits, _azure_said, lambda document: _azure_locale(document)),
    Service("deepgram-json", _deepgram_fits, _deepgram_said, lambda document: _deepgram_language(document)),
    Service("aws-json", _amazon_fits, _amazon_said, lambda document: record(document["results"]).get("language_code")),
    Service("google-json", _google_fits, _google_said, lambda document: _google_language(document)),
    Service("assemblyai-json", _assembly_fits, _assembly_said, lambda document: document.get("language_code")),
)


def _azure_locale(document: Record) -> object:
    return _first(records(document.get("recognizedPhrases")) or records(document.get("phrases"))).get("locale")


def _deepgram_language(document: Record) -> object:
    return _first(records(record(document["results"])["channels"])).get("detected_language")


def _google_language(document: Record) -> object:
    return _first(_google_results(document)).get("languageCode")
