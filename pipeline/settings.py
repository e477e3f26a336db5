"""What an installation may choose: read once at an entry point, then handed down.

Order of precedence: keyword arguments (command-line flags), TACIT_… environment variables, tacit.toml in the working
directory, the defaults here.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Every setting of tacit, with its default."""

    model_config = SettingsConfigDict(env_prefix="TACIT_", toml_file="tacit.toml", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data/var"), description="Database, uploaded files and everything made of them.")
    host: str = Field("127.0.0.1", description="Address that “tacit serve” listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that “tacit serve” listens on.")
    base_url: str | None = Field(
        None, description="Address under which people reach tacit, for links; default http://host:port."
    )
    secure_cookies: bool = Field(False, description="Send the session cookie over HTTPS only; turn on behind TLS.")

    whisper_model: str = Field(
        "small",
        description="Whisper model: a name of openai-whisper, or a path to a .pt file or CTranslate2 directory.",
    )
    speech_engine: Literal["auto", "openai-whisper", "faster-whisper"] = Field(
        "auto", description="Who runs Whisper; auto: openai-whisper, or faster-whisper for a CTranslate2 directory."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where Whisper runs; auto: on a GPU if any.")
    weights_dir: Path | None = Field(
        None, description="Where named weights lie or are downloaded to; default DATA_DIR/weights."
    )
    allow_download: bool = Field(False, description="Let a named Whisper model be downloaded (checked by its SHA-256).")
    language: str = Field("en", description="Language of a recording that names none; “auto” lets Whisper guess.")
    vocabulary_from_corpus: bool = Field(
        True, description="Tell Whisper the words that people corrected and the concepts of approved cards beforehand."
    )
    spacy_model: str = Field(
        "auto",
        description="spaCy pipeline: auto (an installed en_core_web_trf, _md, _sm, else the shipped one) or a path.",
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="Sentence embedding: all-MiniLM-L6-v2, or a path to a sentence-transformers model.",
    )
    diarization_model: str = Field(
        "resemblyzer",
        description="Who speaks when: resemblyzer, none, or a path to a pipeline of pyannote.audio (tacit[pyannote]).",
    )
    rewording_url: str | None = Field(
        None,
        description="OpenAI-compatible endpoint that may word titles and lines more smoothly; none: off.",
    )
    rewording_model: str | None = Field(None, description="The model that is asked there.")
    rewording_key: SecretStr | None = Field(None, description="What it is asked with, if it wants a key.")
    rewording_timeout_s: float = Field(30.0, gt=0, description="How long one answer may take.")
    threads: int = Field(2, ge=1, description="Threads that the models may use.")

    vad_threshold: float = Field(
        0.5, gt=0, lt=1, description="Speech probability above which a sound counts as speech."
    )
    suspect_word_probability: float = Field(
        0.6, ge=0, le=1, description="Mean word probability of a segment below which it is marked suspect."
    )
    suspect_speech_overlap: float = Field(
        0.3, ge=0, le=1, description="Share of a segment inside speech below which it is marked suspect."
    )
    suspect_compression: float = Field(
        2.4, gt=0, description="Compression ratio above which a segment is marked suspect."
    )
    suspect_logprob: float = Field(
        -1.0, le=0, description="Average log probability below which a segment is marked suspect."
    )
    suspect_no_speech: float = Field(
        0.6, ge=0, le=1, description="No-speech probability above which unlikely text is marked suspect."
    )
    suspect_words_a_second: float = Field(8.0, gt=0, description="Words a second above which text is marked suspect.")
    suspect_repeats: int = Field(4, ge=2, description="Repetitions of a phrase from which on it is marked suspect.")

    cards_per_hour: int = Field(
        12, ge=1, description="Drafts offered first, an hour of talk; the others come on demand."
    )
    chosen_share: float = Field(
        0.2, gt=0, le=1, description="Share of an interview's words that the chosen statements may hold."
    )

    metaphor_words: bool = Field(
        False, description="Notice single vivid words out of another world too (findings of the type metaphor)."
    )

    learn_from_verdicts: bool = Field(
        True, description="Rank new drafts by what people accepted and rejected, once there are 200 verdicts."
    )

    max_upload_bytes: int = Field(4 * 2**30, ge=1, description="Largest upload.")
    max_transcript_bytes: int = Field(20 * 2**20, ge=1, description="Largest transcript file.")
    max_duration_s: float = Field(6 * 3600, gt=0, description="Longest recording.")
    requests_per_minute: int = Field(600, ge=1, description="Requests a minute that one key may make.")

    @property
    def blob_dir(self) -> Path:
        return self.data_dir / "blobs"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.data_dir / 'tacit.db'}"

    @property
    def whisper_dir(self) -> Path:
        return self.weights_dir or self.data_dir / "weights"

    @property
    def models_dir(self) -> Path:
        """What is trained for this installation."""
        return self.data_dir / "models"

    @property
    def address(self) -> str:
        return self.base_url or f"http://{self.host}:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
