"""Chatter: words by which a sentence quotes, stammers, talks about the talk, or sells something."""

import re

ASKS_INSIDE = re.compile(  # speech without marks runs into a question
    r"(?<!so)(?<!neither)(?<!nor)(?<!than)(?<!as)[^,;]\s(?:do|did|are|can|would|could|should|have) (?:you|we|they|i)\b"
    r"(?!['’])",
    re.I,
)
QUOTES = re.compile(
    r"\b(?:like|say|says|said|saying|goes|going|asked|ask|thinking|thought|tell (?:me|them|him|her))\b[,:]?\s+[\"“‘']|"
    r"\b(?:i['’]m|you['’]re|he['’]s|she['’]s|it['’]s|they['’]re|we['’]re|was|were|am) (?:just |all |kind of )*like,? "
    r"(?:oh|hey|okay|ok|well|yeah|yes|no|wait|wow|what|why|how|right|alright|man|dude|huh|let['’]s|i|we|you|they|"
    r"this is|that['’]s|there['’]s|not again|if)\b",
    re.I,
)
STARTS_TWICE = re.compile(  # "if you're making, if you're delivering"
    r"\b((?:if|when|that|because|and|where|what|how|to)\s+\w+(?:['’]\w+)?|(?:i|you|we|they|it|he|she)\s+\w+(?:['’]\w+)?)"
    r"\b(?:\s+[\w'’]+){0,3}\s*[,…—–-]+\s*\1\b|"
    r"\b(?:that|it|there|what|he|she|i|you|we|they)['’](?:s|m|re) "
    r"(?:(?:that|it|there|i|you|we|they)['’](?:s|m|re)|is|are)\b",
    re.I,
)
FILLERS_LEFT = re.compile(
    r"(?<!do )(?<!if )(?<!let )(?<!as )\byou know\b(?! (?:when|if|how|what|that|where|why|which|who|whether|it|the|you|"
    r"exactly|for sure|from|by|about|to|more|less|enough|nothing|something)\b)|"
    r"\bi mean\b(?! (?:by|that|it)\b)|\b(?:kind|sort) of like\b|\blike,? (?:literally|basically)\b",
    re.I,
)
TALK_OF_TALK = re.compile(
    r"\b(?:(?:good|great|interesting|tough|hard|fair) (?:question|point)|as (?:i|we) (?:said|say|mentioned|told)|"
    r"(?:like|what) i (?:said|was saying|mentioned)|i was (?:saying|going to say)|"
    r"i(?:['’]ll| will| can| could) (?:show|tell|give) you|"
    r"let me (?:\w+ )?(?:say|tell|show|see|think|give|ask|explain)|"
    r"you(?:['’]ve| have) (?:just |already |also )?(?:talked|spoken|mentioned|said|described|told)|"
    r"you know what i mean|does that make sense|if that makes sense|how (?:should|do|can) i (?:put|say|explain)|"
    r"what i (?:might|want to|wanted to|would like to|['’]d like to) (?:do|say|ask|add)|"
    r"in this (?:episode|video|podcast|talk|interview)|this episode|the show notes|"
    r"i (?:don['’]t|do not|can['’]t|cannot) (?:know|remember|recall)|i forget|inaudible|unintelligible|unclear)\b",
    re.I,
)
ADVERTISES = re.compile(
    r"\b(?:sponsor\w*|subscribe|promo code|discount|free trial|sign up|newsletter|patreon|head (?:over )?to|"
    r"check (?:it|them|us|me|him|her|that|this) out|check out|follow (?:me|us) on|download the|stay tuned|tune in|"
    r"use the code|visit (?:us|our|the|my)|thanks? (?:for|to)|thank you)\b|"
    r"\b\w+(?:\.| dot )(?:com|org|fm|io|dev|net|ai|co)\b",
    re.I,
)
CHATTER = (
    (QUOTES, "somebody's words"),
    (STARTS_TWICE, "begins twice"),
    (TALK_OF_TALK, "talk about the talk"),
    (ADVERTISES, "an advertisement"),
    (FILLERS_LEFT, "fillers that could not be left out"),
)


def chatter(text: str) -> str | None:
    """What makes a text chatter; None where nothing does."""
    return next((name for pattern, name in CHATTER if pattern.search(text)), None)
