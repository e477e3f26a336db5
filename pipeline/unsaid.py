"""Words of experts who know more than they say: patterns, each named for what it hears. `pipeline.signals` asks."""

import re

BREAK = r"(?=\s*(?:[.,;:!…—–-]|$))"  # where a clause may end
SOON = r"(?=\s*(?:[.,;:!…—–-]|$)| and\b| then\b| when\b| so\b| but\b| or\b)"
WHO = r"(?:you|i|we|one)"
SOFTLY = r"(?:just |simply |sort of |kind of |always |usually |really |somehow |often |can |could |'ll |will )*"
PERCEIVING = r"(?:feel|look|sound|smell|taste)"
BODY = r"(?:hands?|fingers?|fingertips|wrists?|bones|bod(?:y|ies)|ears?|eyes?|nose|gut|jaw|feet)"
DEGREE = (
    r"(?:hot|cold|warm|wet|dry|hard|soft|long|short|fast|slow|slowly|quickly|soon|deep|shallow|thick|thin|tight|"
    r"tightly|loose|high|low|far|close|early|late|heavy|light|steep|dark|bright|loud|stiff|sticky|rough|strong|weak|"
    r"full|wide|narrow|big|large|small)"
)
SCALE = r"(?:hot|cold|high|low|heavy|large|big|small|thick|thin|tight|loose|fast|slow|strong|weak|steep|dense|loud)"
VAGUE_GROUND = (
    r"(?:situation|context|case|circumstances?|project|person|people|patient|client|customer|job|material|"
    r"type|kind|product|team|site|weather|season|conditions?|individual|moment|work|task|use case|whole thing)s?"
)
ACTS = (
    r"(?:skip|leave|let|wait|start|stop|add|cut|open|close|put|turn|break|keep|pull|push|take|use|go|do|change|"
    r"switch|"
    r"hold|give|cover|lift|reverse|ignore|shut|cheat|work|try|check|choose|move)"
)
BOLD = (  # acts that need a reason; "sometimes we go in", "sometimes I use" is a habit
    r"(?:skip|leave|let|wait|stop|cut|break|keep|pull|push|change|switch|hold|reverse|ignore|shut|cheat|"
    r"go (?:in|out|back|"
    r"around|over|the other))"
)
SAYS = r"(?:say|admit|think|see|spend|know|feel|talk|tell|ask|wonder|laugh|be|have)\b"
OUGHT = (
    r"(?:(?:just|also|even|actually|simply) )*(?:have to|need to|must|should|want to|got to|gotta|can|"
    r"cannot|can't)"
)
TOUCHES = (  # verbs of the hands that mean nothing else
    r"(?:hold|press|push|pull|bend|grab|lift|fold|cut|tilt|twist|swing|tap|rotate|slide|squeeze|pinch|hit|rub|"
    r"wrap|tie)"
)
MOVES = rf"(?:{TOUCHES}|turn|put|move|lay|set|take|place|roll|stand|sit|start)"
STAYS = r"(?:wait|leave|let|keep|hold|rest|cook|boil|stir|run|soak|stand|sit|give|bake|stay)"
THING = r"(?:it|them|that|this|one|your \w+|the \w+(?: \w+)?|a \w+)"
PART = r"(?:edge|bit|part|side|spot|end|corner|piece|line|button|screw|seam|finger|knob)"
RULE_BOOK = (
    r"(?:manual|handbook|guidelines?|protocol|procedure|regulations?|standard|checklist|rule ?book|instructions|"
    r"policy|"
    r"recipe|spec|documentation|textbook|book)"
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.I)


ALTERNATIVES = _any(r"or\b", r"either\b", r"(?:range|ranges|vary|varies|go|anything) from\b")  # named, so given
UNTIL = _any(r"until\b", r"till\b")
BY_WHICH = _any(r"by (?:the|its|their|how|looking|listening)\b", r"from (?:the|its|their|how)\b", r"because\b")

KNOWING = _any(
    rf"{WHO} (?:just|simply|somehow|kind of|sort of) (?:knows?|feels?|senses?)(?: it)?"
    rf"(?= when| that it| if| whether|{BREAK})",
    rf"{WHO} {SOFTLY}sense (?:it|that)\b(?! is| was)",
    rf"{WHO} (?:just |simply |sort of |kind of |can |could )+feel it(?! is| was|'s| would| will| should| has)",
    rf"{WHO} just see it(?! \w+ well)",
    r"i (?:know|feel) it (?:in|when)\b",
    r"you(?:'ll| will) know (?:it )?when you (?:see|feel|hear) it",
    rf"(?<!far as ){WHO} (?:can|could) (?:just |always |usually |sort of |kind of |really |immediately |often )*tell"
    rf"(?= that\b| when\b| whether\b| if\b| right away| straight away| immediately|{BREAK})",
    r"(?:i|you) kn[eo]w (?:right away|immediately|at once|straight away|instantly|from the (?:start|beginning))",
    r"(?:i )?(?:don't|do not) know how i (?:know|do|see)\b",
    r"something (?:just )?(?:tells|told) me\b",
    rf"{WHO} (?:just |simply )?have an? (?:sense|feeling) (?:for|of) (?:when|how|what|whether|it)\b",
)
WORDLESS = _any(
    r"(?:hard|difficult|tough|tricky|impossible) to (?:explain|describe|articulate|verbali[sz]e|pin down)(?! to\b)",
    r"(?:hard|difficult|tough|tricky|impossible) to put (?:it |that |this )?in(?:to)? words",
    r"(?:can't|cannot|couldn't|could not) (?:really |quite )?(?:explain|describe|articulate) (?:it|that|how|why|"
    r"what)\b",
    r"(?:can't|cannot|couldn't|could not) (?:really |quite )?(?:explain|describe)" + BREAK,
    r"(?:can't|cannot|couldn't|could not) (?:really |quite )?(?:put|get) (?:it|that|this) in(?:to)? words",
    r"(?:can't|cannot|couldn't|could not|hard to|difficult to) (?:really |quite )?put (?:my|your|a|the) finger on\b",
    r"(?:can't|cannot|couldn't|could not) (?:really )?tell you (?:exactly |really )?(?:how|why|what it is)\b",
    r"(?:don't|do not) ask me (?:how|why)\b",
    r"words (?:don't|do not|can't|cannot|fail)\b",
    r"(?:have|had) to show (?:you|it|them)\b",
    r"show you better than\b",
    r"(?:you |would )?(?:have|had|need) to (?:have been|be) there" + BREAK,
    r"(?:don't|do not) know how (?:else )?to (?:explain|describe|say|put) (?:it|that)\b",
    r"(?:can't|cannot|couldn't|could not) (?:really )?(?:write|say) (?:it|that)(?: down)?" + BREAK,
)
GUT = _any(
    r"(?:my |your |a |the |by |pure )gut\b(?! of)(?: feeling| feel| instinct| tells? \w+| told \w+| says?)?",
    r"gut (?:feeling|feel|instinct|reaction)",
    r"(?:my|your|our|by|on|pure|from|just|it) (?:own |old |first )?(?:instincts?|intuitions?)\b(?! of)",
    r"intuitively",
    r"instinctively",
    r"(?:a|my|that) hunch\b",
    r"sixth sense",
    r"(?:bad|funny|weird|strange|odd|uneasy|sinking|queasy) feeling\b(?! of)",
    r"had (?:a|this|that) feeling (?:that|about)\b",
    r"trust (?:your|my) (?:gut|eyes?|hands?|nose|ears?|feelings?)\b",
)
OFF_OR_RIGHT = _any(
    rf"(?:it |that |this |something )?(?:just |somehow )?{PERCEIVING}(?:s|ed) (?:a bit |kind of |sort of |just |"
    rf"somehow )?"
    rf"(?:off|wrong|not right|funny|weird|strange|odd)(?! to me){SOON}",
    rf"(?:it |that |something )?(?:just |somehow )?(?:doesn't|didn't|does not|"
    rf"did not) {PERCEIVING} (?:quite )?right\b",
    rf"(?:until|till|when|once|if) (?:it|that|they|everything) (?:just |finally )?{PERCEIVING}s? "
    rf"(?:just |about |quite )?(?:right|good|done|ready){SOON}",
    r"there(?:'s| is| was) (?:just )?something (?:about|in) (?:the way|how|it|them|him|her|that|the)\b",
)
SKILL = _any(
    r"(?:it |that |this )?(?:just |only |really )*comes? with (?:experience|practice|practise|time|the years)",
    r"(?:can't|cannot|don't|can not|nobody can) (?:really )?(?:learn|teach|get)(?: you| anybody)? (?:that|it|this)"
    r" (?:from|in|out of) (?:a |any |the )?(?:books?|school|classroom|manual|course)",
    rf"(?:can't|cannot|can not|nobody can) (?:really )?(?:learn|teach)(?: you| anybody)? (?:that|it|this){BREAK}",
    r"can(?:not|'t) be taught",
    r"second nature",
    r"muscle memory",
    r"without (?:even |really )?thinking(?! about)",
    r"(?:so often|any ?more|by now)[^.;]{0,30}(?:don't|do not) (?:even |have to |really )*think about it",
    r"(?:don't|do not) (?:even |have to |really )*think about it any ?(?:more|longer)",
    r"(?:a|the) knack\b",
    r"(?:it's|it is|that's|that is) (?:just |really |all |basically )?(?:experience|a matter of experience|"
    r"common sense)" + BREAK,
    r"(?:it's|it is|that's|that is) (?:just |really |always |often )?a (?:bit of a )?judge?ment call",
    r"experience (?:just )?(?:tells|told|has taught|taught) (?:me|you|us)\b",
    rf"{WHO} (?:will |'ll |have to |need to |just |slowly )*(?:develop|get|gain|grow|need|have) an? "
    r"(?:good |better |certain )?(?:eye|ear|nose|feel|feeling|sense|touch) for\b",
    r"more (?:of )?(?:an )?art than (?:a )?science",
    r"(?:a bit of |kind of |sort of |really |more )?an art (?:to (?:it|that|this)|in itself)",
    r"(?:not|isn't) an exact science",
    r"(?:by|on) (?:feel|eye|ear|touch)" + SOON,
    r"eyeball (?:it|that|the|them)\b",
    rf"my {BODY} (?:just |simply )?knows?\b",
    rf"(?:it's|it is|that's|is) (?:all |really )*in (?:the|your|my) {BODY}\b",
)
DEPENDS = _any(
    r"(?:it|that|this) (?:all |really |just |always |kind of |totally |completely |very much )*"
    rf"(?:depends|varies)(?: really| a lot)?{BREAK}",
    r"depend(?:s|ing) (?:a lot |very much |really )?(?:on|upon) (?:the |each |what |your |this |that )?(?:\w+ )?"
    rf"{VAGUE_GROUND}(?={BREAK}| i\b| you\b| we\b| and\b)",
    r"depend(?:s|ing) (?:a lot |very much |really )?(?:on|upon) (?:a lot of|many|several|so many|various|different|"
    r"a number of|all (?:kinds|sorts) of) (?:\w+ )?(?:things|factors|variables|reasons|aspects|stuff)",
    r"case[- ]by[- ]case",
    r"(?:it|that|this)(?:'s| is) (?:always |completely |totally |a bit |very )?different (?:with|for|in|on) "
    r"(?:every|each|everybody|everyone)(?: \w+)?",
    r"no two \w+ (?:\w+ )?are (?:the same|alike|identical)",
)
EXCEPTIONS = _any(
    r"there(?:'s| is| are) (?:always |some |a few |of course |also |certain |many |"
    r"an? )*exceptions?\b(?! (?:when|if|for|"
    r"to the case))",
    r"there are (?:always |some |a few |certain )*(?:cases|times|situations) (?:where|when) "
    rf"(?:it's|it is|that's|{WHO} (?:{OUGHT}|don't|do not|{ACTS}))\b",
    r"(?:not always|not in every case|not necessarily)(?=[.;!](?!\.)|$)",
    r"(?:it's|it is|that's|that is)(?: not|n't) (?:always |quite |really )*(?:that|as|so) (?:simple|easy|"
    r"straightforward)\b(?! as)",
    r"(?:a (?:bit|little)|much|far|way) more (?:complicated|complex|subtle|nuanced) than that",
    r"with (?:a few|some|certain) exceptions" + BREAK,
)
TRICK = _any(
    rf"there(?:'s| is| are) (?:always |just )?(?:a|some|a few|a couple of|certain|many|other|several|more than one) "
    r"(?:little |small |certain |clever |neat )?(?:tricks?|secrets?|ways?|techniques?|shortcuts?|workarounds?)"
    rf"(?: (?:to|for|around|of doing|to do|you can do) (?:it|that|this))?{BREAK}",
    r"(?:my|our|their) own (?:little )?(?:way|ways|tricks?|method|technique|system) (?:of|for|to|with) (?:doing )?"
    r"(?:it|that|this)\b",
)
SOMETIMES = _any(
    rf"(?:sometimes|occasionally|every (?:now and then|so often|once in a while)|once in a while|"
    rf"from time to time),? "
    rf"{WHO} (?:(?:also|just|even|actually|simply|will|would) )*(?:{OUGHT} (?!{SAYS})\w+|{BOLD}\b)"
    r"(?:(?! (?:if|when|unless|because))[ \w'’]){0,45}",
    rf"in (?:some|certain|rare|particular) (?:cases|situations|circumstances),? {WHO} "
    rf"(?:(?:also|just|even|actually|simply|will|would) )*(?:{OUGHT} (?!{SAYS})\w+|{BOLD}\b)(?:[ \w'’]){{0,45}}",
    r"under (?:certain|some|special) (?:circumstances|conditions)\b",
    rf"{WHO} (?:sometimes|occasionally) (?:{OUGHT} (?!{SAYS})\w+|{BOLD}\b)"
    r"(?:(?! (?:if|when|unless|because))[ \w'’]){0,45}",
)
MOSTLY = _any(
    r"(?:nine|8|9|eight) times out of ten",
    r"(?:ninety|90|95|99)(?:[- ]\w+)? ?(?:percent|%) of (?:the time|cases)",
    rf"{WHO} (?:almost|nearly|practically) always {ACTS}\b",
    rf"(?:in most cases|most of the time|as a rule|in general|more often than not),? {WHO} (?:would |will |"
    rf"just |do )*{ACTS}\b",
    rf"(?:in most cases|as a rule),? {WHO} (?:would|will|should|need to|have to) \w+",
    rf"{WHO} {ACTS}\b[^.;]{{2,40}},? (?:most of the time|in most cases|as a rule|more often than not){BREAK}",
)
LISTED = _any(
    r"there are (?:certain|a few|some|several|a couple of|a lot of|many|various|lots of) (?:\w+ )?"
    r"(?:signs|things|indicators|indications|clues|factors|tells|symptoms|red flags|criteria|tricks)"
    rf"(?: (?:that |which )?{WHO} (?:look for|look at|watch|watch for|check|pay attention to|need to|have to|can)\b"
    rf"[ \w]{{0,25}})?{BREAK}",
)
TOO_OR_ENOUGH = _any(
    rf"(?:way |much |a bit |a little |not |far )?too {DEGREE}\b(?! to\b| of\b| for me| level| an? \w)",
    r"(?:way |far )?too (?:much|many|little|few)\b"
    r"(?! for me| for what| to\b| of an?\b| people| about| on\b| like| trouble| work\b| fun\b| money)",
    rf"{DEGREE} enough\b(?! to\b| of\b| that\b| for (?:your|a|an|the|two|one|me)\b)",
    r"just enough\b(?! to\b)",
)
OF_TALK = _any(
    r"(?:talk|worry|think|care|rely|say|publici[sz]e|complain|ask|speak|write|read)\w*\b[^.;]{0,40}too (?:much|"
    r"many)\b"
)
RIGHT_POINT = _any(
    r"(?:the|just the|at the|exactly the) (?:right|proper|correct|perfect|ideal) (?:moment|time|amount|point|"
    r"temperature|consistency|angle|speed|pressure|thickness|texture|size|place|spot|distance|tension|level|balance|"
    r"mix|length|depth|dose|number)\b(?! in (?:my|his|her)\b| to (?:ask|talk))",
    r"(?:a|some) certain (?:point|size|level|temperature|amount|age|speed|depth|number|threshold|thickness|distance|"
    r"weight|pressure|volume|percentage)\b",
)
A_WHILE = _any(
    rf"{STAYS} (?:{THING} )?(?:\w+ )?for (?:a|quite a|a little) (?:while|bit|moment|time)(?={BREAK}| before\b|"
    rf" and\b| then\b| so\b)",
    rf"(?:a|some) (?:bit|little) (?:more|less)(?={BREAK}| if\b| when\b| until\b)",
    r"(?:a|some) (?:bit|little) (?:longer|slower|faster|tighter|looser|higher|lower|warmer|cooler)\b(?! than)",
)
SCALED = _any(
    rf"(?<!even )(?:if|when|once|until|as soon as) [^,.;]{{2,32}}?(?:is|are|gets?|becomes?|turns?|'s|runs?) "
    rf"(?:really |very |quite |pretty |too )?{SCALE}(?={BREAK}| and\b| you\b| i\b| we\b)",
)
SHOWN = _any(
    rf"{MOVES} (?:{THING} )?(?:up |down |over |in |out |through |back )?(?:just |exactly |right |kind of |sort of )?"
    rf"like (?:this|so|that)(?={BREAK}| and\b| then\b| so\b| until\b)",
    rf"do (?:it|that) (?:just |exactly )?like (?:this|so)(?={BREAK}| and\b| then\b)",
    rf"(?:{TOUCHES}|turn|move) (?:{THING} )?(?:this|that) way(?={BREAK}| and\b| then\b| until\b)",
    rf"{TOUCHES} (?:{THING} )?here(?={BREAK}| and\b| then\b| until\b)",
    rf"{MOVES} (?:{THING} )?(?:right|over|down|up) (?:here|there)(?={BREAK}| and\b| then\b| until\b)",
    r"from here to (?:here|there)\b",
    rf"(?:about|maybe|only|roughly|around|be|is|just) (?:this|so|yay) (?:much|far|deep|wide|thick|long|high|big|"
    rf"small|"
    rf"thin|tall)(?={BREAK}| and\b| then\b| at\b| between\b)",
    rf"(?:this|these) (?:\w+ )?{PART}s? (?:right |over |up |down )?here\b",
    r"(?:between|with) these (?:two |three )?(?:fingers|hands|knuckles)",
)
RULED = _any(
    r"(?:the|our|a|one) (?:general |official |standard |basic |first |golden )?"
    r"(?:rule|policy|standard procedure|official procedure|protocol|guideline|best practice|recommendation|"
    r"textbook answer)"
    r" (?:is|says|states|tells|would be|was always|calls for|requires|wants)\b",
    rf"the (?:\w+ )?{RULE_BOOK} (?:says?|states?|tells?|calls? for|requires?|wants?|recommends?|prescribes?|"
    rf"demands?)\b",
    r"best practices? (?:is|would be|says)\b",
    r"(?:you|we)(?:'re| are) (?:not |always |actually |really |all )*(?:supposed|required|obliged|"
    r"expected) to\b(?! (?:talk|say|tell|know|mention|be)\b)",
    rf"(?:according to|as per|following) (?:the |our )?{RULE_BOOK}\b",
    r"by the book\b",
    r"on paper,? (?:you|we|it|the|they|every\w+|nobody)\b",
    r"officially,? (?:you|we|it|the|they|every\w+|nobody)\b",
    r"technically,? (?:you|we) (?:should|must|have to|are|need)\b",
    r"in theory,? (?:you|we|it should|the|they|every\w+)\b",
    r"(?:we|they) have a (?:\w+ )?(?:rule|policy|protocol|procedure) (?:that|for|to|where)\b",
)

LIVES = (  # a decision about a life, which no guide asks about
    r"(?:go ahead|go to|quit|leave|move|join|study|become|retire|marry|apply|get|give up|read|write|buy|sell|found|"
    r"come|start (?:a|the|my|our))\b"
)
DECIDED = _any(
    r"(?:i|we) (?:then |finally |just |actually |eventually |later |quickly |really )*"
    rf"(?:decided|chose|opted|resolved|preferred|refused) (?:to (?!{LIVES})\w+|not to|against|on|for|it\b|that we\b)",
    r"(?:i|we) (?:then |finally |eventually )*made (?:the|a|that) (?:\w+ )?(?:decision|choice|call) (?:to|"
    r"not to|that)\b",
    r"(?:i|we) (?:skipped (?:it|that|the)|stopped (?:it|the \w+)|turned (?:it|the \w+) (?:down|"
    r"off|around))\b",
)
HARD_PART = _any(
    r"the (?:really |most )?(?:hard|hardest|tricky|trickiest|difficult|delicate|challenging) (?:part|bit|thing|"
    r"piece|step|"
    r"problem|question)s? (?:is|was|are|there)\b",
    r"(?:is|are|'s|'re|gets?) (?:really |very |pretty |quite |always |super |so |extremely )*"
    r"(?:tricky|delicate|easy to get wrong|easy to miss|hard to (?:get right|judge|see|spot|notice|catch|tell))\b",
)
