"""What of a language model's wording is taken: nothing that the expert did not say."""

import pytest
from spacy.language import Language

from pipeline.faithful import may_be_line, may_be_title

QUOTE = "So, um, if the dough pulls back, you, you stop folding it, because otherwise it tears."
LINE = "So, if the dough pulls back, you, you stop folding it, because otherwise it tears."
HOT = "You open the valve at 80 degrees for 10 minutes, never before the steam is gone."
TAP = "I don't open the valve, I close the tap."
SALT = "You put the salt before the sugar into the bowl."

LINES = [
    (QUOTE, LINE, "If the dough pulls back, you stop folding it, because otherwise it tears.", True),  # smoother
    (QUOTE, LINE, "If the dough pulls back, stop folding, because otherwise it tears.", True),  # and shorter
    (QUOTE, LINE, "If the dough pulls back, you stop folding it and let it rest.", False),  # invents what to do
    (QUOTE, LINE, "If the dough pulls back, you stop folding it.", False),  # loses the reason
    (QUOTE, LINE, "You stop folding the dough, because otherwise it tears.", False),  # loses the condition
    (QUOTE, LINE, "If the dough pulls back, you never stop folding it, because otherwise it tears.", False),  # turns it
    (QUOTE, LINE, "If you stop folding the dough, it pulls back, because otherwise it tears.", False),  # swaps
    (QUOTE, LINE, "If the dough tears, you stop folding it, because otherwise it pulls back.", False),  # swaps
    (QUOTE, LINE, "If the dough pulls back, you must stop folding it, because otherwise it tears.", False),  # stronger
    (QUOTE, LINE, "Stop.", False),  # says too little
    (QUOTE, LINE, "", False),  # says nothing
    (HOT, HOT, "Open the valve at 80 degrees for 10 minutes, never before the steam is gone.", True),  # only shorter
    (HOT, HOT, "You open the valve at 10 degrees for 80 minutes, never before the steam is gone.", False),  # numbers
    (HOT, HOT, "You open the valve at 85 degrees for 10 minutes, never before the steam is gone.", False),  # another
    (HOT, HOT, "You open the valve at 80 degrees, never before the steam is gone.", False),  # loses a number
    (HOT, HOT, "Open the valve at 80 degrees for 10 minutes, before the steam is gone.", False),  # loses the never
    (TAP, TAP, "Don't open the valve, close the tap.", True),  # only shorter
    (TAP, TAP, "Open the valve, don't close the tap.", False),  # denies another verb
    (TAP, TAP, "Don't close the tap.", False),  # denies another verb, in order
    (SALT, SALT, "Put the salt before the sugar into the bowl.", True),  # only shorter
    (SALT, SALT, "Put the sugar before the salt into the bowl.", False),  # another order
]


@pytest.mark.parametrize(("quote", "line", "new", "taken"), LINES)
def test_a_line_is_taken_only_if_it_says_the_same(
    quote: str, line: str, new: str, taken: bool, language: Language
) -> None:
    assert may_be_line(language(new), language(line), [language(quote)]) is taken


TITLES = [
    (QUOTE, "Stop folding the dough", True),  # from two places of the quote
    (QUOTE, "Dough that pulls back", True),  # a phrase
    (QUOTE, "If the dough pulls back, stop folding", True),  # the whole condition
    (QUOTE, "If you stop folding, the dough pulls back", False),  # the condition turned round
    (QUOTE, "Rest the dough", False),  # nobody said rest
    (QUOTE, "Never fold the dough", False),  # nobody said never
    (TAP, "Do not open the valve", True),  # it is denied there
    (TAP, "Open the valve", False),  # what is denied there
    (TAP, "Do not close the tap", False),  # what is not
    (HOT, "Open the valve at 80 degrees", True),  # number and unit
    (HOT, "Open the valve at 80 minutes", False),  # another unit
    (HOT, "Valve", False),  # too short
    (HOT, "Open the valve at 80 degrees for 10 minutes and never before the steam is gone", False),  # too long
]


@pytest.mark.parametrize(("quote", "title", "taken"), TITLES)
def test_a_title_is_taken_only_if_the_quotes_say_it(quote: str, title: str, taken: bool, language: Language) -> None:
    assert may_be_title(language(title), [language(quote)]) is taken
