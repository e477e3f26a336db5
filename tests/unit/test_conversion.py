"""openai-whisper's tokens as the `tokenizers` library spells them."""

import random

import pytest

from pipeline.conversion import Tokens

TEXTS = [
    "Hello, world! It's 78.5 °C — “naïve” façade…",
    "Der Teig geht über Nacht auf.",
    "生地は一晩寝かせます。 ♪♪",
    "  spaces   and\n\nlines\t",
    " don't we'll they've I'd",
    "",
    "".join(map(chr, random.Random(1).sample(range(32, 0x2FFF), 1500))),
]


@pytest.mark.parametrize(
    "size",
    [
        51864,  # English only
        51865,  # 99 languages
        51866,  # 100 languages: large-v3
    ],
)
def test_text_is_split_and_joined_as_openai_whisper_does(size: int) -> None:
    tokens = Tokens.of(size)
    openai, made = tokens.openai, tokens.tokenizer()

    assert made.get_vocab_size() == len(tokens.names) == size
    assert {name: made.token_to_id(name) for name in openai.special_tokens} == openai.special_tokens
    for text in TEXTS:
        wanted = openai.encode(text)
        assert made.encode(text, add_special_tokens=False).ids == wanted
        assert made.decode(wanted) == openai.decode(wanted)


def test_a_vocabulary_of_another_size_is_no_whisper() -> None:
    with pytest.raises(ValueError, match="got one of 30000 tokens"):
        Tokens.of(30000)
