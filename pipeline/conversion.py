"""openai-whisper's weights written as a CTranslate2 model, which faster-whisper reads. Nothing but the .pt is needed.

The directory holds what faster-whisper looks for: `model.bin`, `config.json`, `vocabulary.json`, `tokenizer.json`,
`preprocessor_config.json`. The weights are kept as float16, as openai-whisper publishes them, and quantised when they
are loaded, so that one directory serves a CPU and a GPU.
"""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 1  # of what is written here: a directory of another version is not used

_Tensors = Mapping[str, Any]  # name → torch.Tensor


def convert(source: Path, directory: Path, *, heads: bytes | None = None) -> None:
    """Write the model in openai-whisper's `source` into an empty directory.

    `heads` is openai-whisper's code for the attention heads that words are placed by; None: the later half of the
    layers, as openai-whisper does without it. Only tensors are read: a file that holds code is refused. Raises what
    torch raises for a file that it cannot read, and LookupError, TypeError or ValueError where it holds something else.
    """
    import torch  # noqa: PLC0415 (heavy)
    from ctranslate2.specs.whisper_spec import WhisperSpec  # noqa: PLC0415 (an extra)
    from whisper.model import ModelDimensions  # noqa: PLC0415 (heavy)

    kept = torch.load(source, map_location="cpu", weights_only=True)
    dims = ModelDimensions(**kept["dims"])
    tensors: _Tensors = kept["model_state_dict"]
    spec = WhisperSpec(dims.n_audio_layer, dims.n_audio_head, dims.n_text_layer, dims.n_text_head)
    _fill_encoder(spec.encoder, tensors, dims.n_audio_layer)
    _fill_decoder(spec.decoder, tensors, dims.n_text_layer)
    tokens = Tokens.of(dims.n_vocab)
    spec.register_vocabulary(tokens.names)
    _configure(spec.config, tokens, _alignment_heads(dims, heads))
    spec.validate()
    spec.optimize(quantization="float16")
    spec.save(str(directory))
    tokens.tokenizer().save(str(directory / "tokenizer.json"), pretty=False)
    (directory / "preprocessor_config.json").write_text(json.dumps({"feature_size": dims.n_mels}), encoding="utf-8")


def _fill_encoder(spec: Any, tensors: _Tensors, layers: int) -> None:
    for name in ("conv1", "conv2"):
        _fill_linear(getattr(spec, name), tensors, f"encoder.{name}")
    spec.position_encodings.encodings = tensors["encoder.positional_embedding"]
    _fill_norm(spec.layer_norm, tensors, "encoder.ln_post")
    for number in range(layers):
        _fill_layer(spec.layer[number], tensors, f"encoder.blocks.{number}")


def _fill_decoder(spec: Any, tensors: _Tensors, layers: int) -> None:
    spec.embeddings.weight = spec.projection.weight = tensors["decoder.token_embedding.weight"]
    spec.position_encodings.encodings = tensors["decoder.positional_embedding"]
    _fill_norm(spec.layer_norm, tensors, "decoder.ln")
    for number in range(layers):
        name = f"decoder.blocks.{number}"
        _fill_layer(spec.layer[number], tensors, name)
        cross = spec.layer[number].attention
        _fill_norm(cross.layer_norm, tensors, f"{name}.cross_attn_ln")
        _fuse(cross.linear[0], tensors, f"{name}.cross_attn", "query")
        _fuse(cross.linear[1], tensors, f"{name}.cross_attn", "key", "value")
        _fill_linear(cross.linear[2], tensors, f"{name}.cross_attn.out")


def _fill_layer(spec: Any, tensors: _Tensors, name: str) -> None:
    _fill_norm(spec.self_attention.layer_norm, tensors, f"{name}.attn_ln")
    _fuse(spec.self_attention.linear[0], tensors, f"{name}.attn", "query", "key", "value")
    _fill_linear(spec.self_attention.linear[1], tensors, f"{name}.attn.out")
    _fill_norm(spec.ffn.layer_norm, tensors, f"{name}.mlp_ln")
    _fill_linear(spec.ffn.linear_0, tensors, f"{name}.mlp.0")
    _fill_linear(spec.ffn.linear_1, tensors, f"{name}.mlp.2")


def _fill_linear(spec: Any, tensors: _Tensors, name: str) -> None:
    spec.weight, spec.bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _fill_norm(spec: Any, tensors: _Tensors, name: str) -> None:
    spec.gamma, spec.beta = tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _fuse(spec: Any, tensors: _Tensors, name: str, *parts: str) -> None:
    """Several projections of one input as a single one. Whisper's keys have no bias: theirs is zero."""
    import torch  # noqa: PLC0415 (heavy)

    weights = [tensors[f"{name}.{part}.weight"] for part in parts]
    nothing = torch.zeros(len(weights[0]), dtype=weights[0].dtype)
    spec.weight = torch.cat(weights)
    spec.bias = torch.cat([tensors.get(f"{name}.{part}.bias", nothing) for part in parts])


def _alignment_heads(dims: Any, code: bytes | None) -> list[tuple[int, int]]:
    """(layer, head) of every attention head that words are placed by."""
    chosen = np.zeros((dims.n_text_layer, dims.n_text_head), bool)
    if code is None:
        chosen[dims.n_text_layer // 2 :] = True
    else:
        chosen = np.frombuffer(gzip.decompress(base64.b85decode(code)), bool).reshape(chosen.shape)
    return [(int(layer), int(head)) for layer, head in np.argwhere(chosen)]


def _configure(config: Any, tokens: "Tokens", heads: Sequence[tuple[int, int]]) -> None:
    said = tokens.openai
    control = (said.transcribe, said.translate, said.sot, said.sot_prev, said.sot_lm, said.no_speech)
    config.suppress_ids = sorted({*said.non_speech_tokens, *control})
    config.suppress_ids_begin = [*said.encode(" "), said.eot]
    config.lang_ids = sorted(said.all_language_tokens)
    config.alignment_heads = list(heads)


class Tokens:
    """openai-whisper's tokens, as the `tokenizers` library spells them."""

    def __init__(self, openai: Any) -> None:
        self.openai = openai  # whisper.tokenizer.Tokenizer
        self._ranks: dict[bytes, int] = openai.encoding._mergeable_ranks
        self._special = sorted(openai.special_tokens, key=lambda name: openai.special_tokens[name])

    @classmethod
    def of(cls, size: int) -> "Tokens":
        """The tokens of a model with so many. Raises ValueError where no Whisper has that number."""
        from whisper.tokenizer import get_tokenizer  # noqa: PLC0415 (heavy)

        multilingual = size >= 51865
        openai = get_tokenizer(multilingual, num_languages=size - 51765 - int(multilingual))
        if openai.encoding.n_vocab != size:
            raise ValueError(f"expected a Whisper vocabulary, got one of {size} tokens")
        return cls(openai)

    @property
    def names(self) -> list[str]:
        """Every token's name, in order of its number."""
        plain = sorted(self._ranks, key=lambda token: self._ranks[token])
        return [*map(_spelled, plain), *self._special]

    def tokenizer(self) -> Any:
        """A tokenizers.Tokenizer that splits and joins as openai-whisper's own does."""
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers  # noqa: PLC0415 (an extra)

        vocabulary = {_spelled(token): rank for token, rank in self._ranks.items()}
        made = Tokenizer(models.BPE(vocabulary, list(self._merges())))
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        made.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in self._special])
        return made

    def _merges(self) -> Iterator[tuple[str, str]]:
        """Every pair of tokens that makes a token, in order of what it makes: tiktoken tries them in that order."""
        for token in sorted(self._ranks, key=lambda token: self._ranks[token]):
            for cut in range(1, len(token)):
                if token[:cut] in self._ranks and token[cut:] in self._ranks:
                    yield _spelled(token[:cut]), _spelled(token[cut:])


def _spelled(token: bytes) -> str:
    return "".join(_LETTERS[byte] for byte in token)


def _letters() -> list[str]:
    """A visible letter for each byte, as GPT-2 chose them: bytes that print stand for themselves."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in visible else next(others)) for byte in range(0x100)]


_LETTERS = _letters()
