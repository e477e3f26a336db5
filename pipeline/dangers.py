"""The words of danger and of beginners' errors: what must not be done, what may come of it, what learners get wrong."""

import re

HARM = (
    r"(?:complications?|damage|injur\w+|bleed\w*|failures?|errors?|loss|trouble|problems?|harm|crash\w*|leaks?|"
    r"infections?|fires?|cracks?|accidents?|disasters?|explosions?|burns?)"
)
WARNING = re.compile(
    r"(?:^|[,;.]\s*|\b(?:and|but|so|then|please|just|to)\s+)(?:do not|don't|never|don't ever|never ever)\s+(?:ever )?"
    r"(?!have to|need to|know|think|mean|want|get me|care|see|say|worry|remember|really|mind|been|had|seen|heard|"
    r"done|did|understand|believe|like|always)[a-z]+|"
    r"\b(?:(?:you|one)\s+(?:should|must|do)|we\s+(?:should|must))(?:n't| not| never)\s+"
    r"(?:want to |ever |even |just |be |really )*"
    r"(?!have|need|want\b|worry|get|see|know|think|believe|expect|care|mind|say|hear|feel|notice|reali[sz]e|like|find|learn|"
    r"understand|remember|seem|look|come|lose|happen|only|really|often|usually|always|become|end|own)[a-z]+|"
    r"\byou (?:can't|cannot|can never) (?:just |simply |ever )(?!see|tell|know|get)[a-z]+|"
    r"\byou (?:don't|do not|never) (?:ever )?want (?!me|us|to know)\w+|"
    r"\b(?:be|being|very|really|extra|super|be really|be very) careful\b|\bwatch out\b|\bbeware\b|"
    r"\b(?:want|need|have|try|got|important) to avoid\b|^avoid\b|"
    r"\bthe (?:\w+ )?(?:danger|risk|pitfall|trap) (?:is|here|there|of|with)\b|"
    r"\bthere(?:'s| is) (?:a |always a |some |the )?(?!no )(?:\w+ )?(?:risk|danger)\b|"
    r"\b(?:can|could|may|might|will|'ll) (?:\w+ )?(?:cause|lead to|result in)\b[^.;]{0,30}\b" + HARM + r"\b|"
    r"\b(?:can|could|may|might|going to|gonna|'ll|will) (?:just |easily |actually |be |end up )*"
    r"(?:damag\w+|injur\w+|kill|tear|ruin|destroy|wreck|lose (?:the|your|a|an|all|control)|throw (?:it|the whole)|"
    r"blow up|explode|catch fire|hurt)\b|"
    r"\bdo (?:a lot of|some|serious|much) damage\b|\bred flags?\b|"
    r"\bmake (?:sure|certain) (?:that )?(?:you |we |it |they )?(?:do not|don't|doesn't|never|no|there's no|nothing)\b",
    re.I,
)
OF_LEARNERS = (  # and what tells of learners one of these
    *("beginner", "novice", "junior", "intern", "trainee", "apprentice", "new", "rookie", "student", "resident"),
    *("learner", "young", "people", "everybody", "everyone", "someone", "folks", "mistake", "error", "pitfall", "trap"),
    "inexperienced",
)
OF_DANGER = (  # a warning has one of them: quick to find
    *(
        "n't",
        "n’t",
        "not",
        "never",
        "careful",
        "watch",
        "beware",
        "avoid",
        "danger",
        "risk",
        "pitfall",
        "trap",
        "cause",
    ),
    *(
        "lead",
        "result",
        "damag",
        "injur",
        "kill",
        "tear",
        "ruin",
        "destroy",
        "wreck",
        "lose",
        "throw",
        "blow",
        "explode",
    ),
    *("catch", "hurt", "red flag", "make sure", "make certain"),
)
LEARNER = (
    r"(?:beginners?|novices?|juniors?|interns?|trainees?|apprentices?|newcomers|newbies|rookies|students?|residents?|"
    r"learners?|new (?:people|guys?|hires?|colleagues?|folks|ones?)|young(?:er)? (?:people|guys?|ones?|colleagues)|"
    r"(?:most |many |some |a lot of )?people|everybody|everyone|somebody new|someone new|folks)"
)
SLIP = (
    r"(?:forget|forgets|don't (?:know how|realize|realise|understand|notice|look|wait|listen)|have no idea|assume|"
    r"get (?:confused|nervous|scared|stuck|impatient)|underestimate|overlook|overestimate|overdo|try to force|"
    r"jump (?:too|straight|right)|"
    r"rush|"
    r"go (?:too|straight|right|much too)|push too|pull too|press too|start too|make (?:the|that|this) mistake|skip|"
    r"(?:do|get) (?:it|that|this) wrong|panic|give up|\w+ (?:it |them |the \w+ )?(?:way |much |far )?too \w+)"
)
NOVICE_ERROR = re.compile(
    rf"\b{LEARNER}\b(?: that| who)? (?:\w+ )?(?:(?:tend to|often|usually|always|typically|just|will|would) )*{SLIP}\b|"
    r"\b(?:common|biggest|classic|typical|frequent|usual|number one|first) (?:mistake|error|pitfall|trap)s?\b|"
    r"\bmistakes? (?:that )?(?:people|they|we|beginners|everybody|everyone|most)\b|"
    rf"\bwhat (?:the |my |our )?{LEARNER} (?:\w+ )?(?:do|get) wrong\b|"
    rf"\bwhere (?:the |my |our )?{LEARNER} (?:go wrong|get stuck|get into trouble|run into trouble)\b|"
    r"\b(?:if|when) (?:you're|you are|somebody is|someone is|they're|they are) (?:new|inexperienced)\b",
    re.I,
)
