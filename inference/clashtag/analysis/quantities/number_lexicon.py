"""The words that numbers of people are read by: number words, bounds, nouns and what rules out."""

from __future__ import annotations

from typing import Final, Literal

from clashtag.analysis.text.word_lists import word_set

Bound = Literal["at least", "more than", "at most", "less than", "near"]


def _listed(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


def _phrases(bounds: dict[Bound, str]) -> dict[str, Bound]:
    return {phrase: bound for bound in bounds for phrase in _listed(bounds[bound], "; ")}


# The smallest and the largest number that a vague word is taken for. The smallest of tens, dozens
# and hundreds are those that ACLED's coders write where a source says no more: 10, 12 and 100.
VAGUE: Final = {
    "couple": (2, 2),
    "few": (3, 9),
    "several": (3, 9),
    "handful": (3, 9),
    "tens": (10, 99),
    "dozens": (12, 99),
    "scores": (20, 99),
    "hundreds": (100, 999),
    "thousands": (1_000, 9_999),
    "millions": (1_000_000, 999_999_999),
    "billions": (1_000_000_000, 999_999_999_999),
    "trillions": (1_000_000_000_000, 999_999_999_999_999),
}
MULTIPLIABLE: Final = word_set("couple few several handful")  # "a few hundred"
UNITS: Final = {
    word: value
    for value, word in enumerate(
        _listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            " fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        _listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
MULTIPLIERS: Final = {
    "dozen": 12,
    "score": 20,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
PLURAL_MULTIPLIERS: Final = {word + "s": value for word, value in MULTIPLIERS.items()}
LETTER_MULTIPLIERS: Final = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000}
HYPHENS: Final = frozenset("-‐‑–")

BOUNDS_BEFORE: Final = _phrases(
    {
        "at least": "at least; no fewer than; not fewer than; no less than; not less than"
        "; a minimum of; minimum of; upwards of; upward of; ≥",
        "more than": "more than; well more than; far more than; over; well over; far over; above"
        "; well above; in excess of; exceeding; greater than; >",
        "at most": "up to; as many as; at most; at the most; no more than; not more than"
        "; a maximum of; maximum of; anything up to; ≤",
        "less than": "fewer than; less than; under; well under; below; well below; <",
        "near": "about; around; some; roughly; approximately; approx; approx .; nearly; almost"
        "; close to; an estimated; estimated; perhaps; probably; maybe; circa; ca; ca .; c ."
        "; just over; just above; just under; just below; slightly more than; slightly over"
        "; slightly fewer than; slightly less than; slightly under; a little more than"
        "; a little over; a little less than; a little under; a good; good; in the region of"
        "; in the order of; on the order of; something like; more or less; nigh on; ~; ≈",
    }
)
BOUND_ENDS: Final = frozenset(phrase.split(" ")[-1] for phrase in BOUNDS_BEFORE)
BOUNDS_AFTER: Final = _phrases(
    {
        "at least": "or more; at least; and counting; plus; - plus; +",
        "at most": "or fewer; or less; at most; at the most",
        "near": "or so; or thereabouts",
    }
)
BOUND_STARTS: Final = frozenset(phrase.split(" ")[0] for phrase in BOUNDS_AFTER)
PREPOSITIONAL_BOUNDS: Final = word_set("about around over under above below")
MORE: Final = word_set("another further additional extra a")  # "at least a further 12"
ODD: Final = word_set("odd something some")  # "forty-odd"
STRONG: Final = word_set("strong man woman men member person people")  # "a 40-strong patrol"
RANGE_JOINTS: Final = HYPHENS | frozenset(
    _listed(
        "to;or;or even;or possibly;or perhaps;or maybe;if not;, if not;, or;, or even;, possibly"
        ";, perhaps;, maybe;and possibly;and perhaps;and maybe;, and possibly;, and perhaps"
        ";, or possibly;, or perhaps",
        ";",
    )
)
RANGE_STARTS: Final = frozenset(phrase.split(" ")[0] for phrase in RANGE_JOINTS)
BETWEEN_BOUNDS: Final = word_set(", but and possibly perhaps maybe")  # "at least 10 but at most 15"

MEASURES: Final = word_set(
    "% per percent pct mm cm m km kg metre metres meter meters kilometre kilometres kilometer"
    " kilometers mile miles foot feet yards tonne tonnes ton tons litres acres hectares degrees"
    " years months weeks days nights hours hrs minutes am pm o'clock gmt utc times"
    " third thirds quarter quarters fifth fifths tenths halves"
    " dollar dollars euro euros pound pounds franc francs naira rupees roubles rubles pesos"
    " shillings dinars riyals lira cedis birr hryvnias usd eur $ € £"
)
NUMBER_NAMES: Final = word_set("number numbers no nos aged age # $ € £ ¥ ₦ ₹ each every any")
YEAR_PREPOSITIONS: Final = word_set(
    "in since by from until till before after during late early mid"
)
ALL: Final = word_set("all everyone everybody anyone nobody none")  # "all but two"

NOBODY: Final = tuple(
    tuple(phrase.split(" "))
    for phrase in ("not a single", "no - one", "not one", "no one", "nobody", "none", "no")
)
NOT_NOBODY: Final = word_set("else other others more fewer less longer but except doubt")
JOINTS: Final = tuple(
    tuple(phrase.split(" "))
    for phrase in ("as well as", "along with", "together with", "and", "plus", "&", ",")
)
# What follows these words tells more of the people already counted.
ENDS: Final = word_set(
    "including include includes included among who whom whose which that where when while aged"
    ' mostly mainly most some all both ( [ : ; — – “ ” "'
)
# Two parts of a list that end with different ones of these are two tolls: "two dead, six hurt".
STATES: Final = word_set("dead killed wounded injured hurt missing arrested detained displaced")
# A list that follows one of these and comes to the same number tells who they were.
GENERIC: Final = word_set(
    "people persons individuals civilians residents villagers victims bodies others passengers"
    " hostages captives detainees prisoners suspects children students"
)
WHOLES: Final = word_set("them whom which these those the us you")  # "three of them"
COUNTED_GROUPS: Final = word_set(
    "group groups party crew crowd mob band gang convoy column team force contingent detachment"
    " patrol family batch delegation unit cell total body bodies remains corpses lives deaths"
    " number caravan class wave"
)  # "a group of 12", where residents of 12 towns are not 12
# Where a number ends with its phrase, "a trainee of 17" tells an age, but not after these nouns.
OF_AGE: Final = word_set(
    "adult apprentice baby bachelor boy bride brother cadet captain child cleric clerk conscript"
    " cook cousin daughter doctor father friend girl guard guest heir husband infant journalist lad"
    " maid mayor minor monk mother neighbour neighbor nephew niece nun nurse orphan pupil priest"
    " recruit refugee sailor schoolboy schoolgirl sister soldier son student suspect teenager"
    " tenant toddler uncle victim widow wife youth"
)
NO_PERSONS: Final = word_set(
    "barrier border bunker charter cluster committee counter corridor filter folder ladder letter"
    " dinner matter number order poster quarter register river roster shelter tanker tower trailer"
)
AFTER_AGES: Final = frozenset(
    _listed(
        " . ; : ) ] ” ’ \" ' who whom whose which that was were is are had has died in at on from"
        " with when while as by after before"
    )
)

PREPOSITIONS: Final = word_set(
    "of in on at from to with by near for against inside outside without within among amid under"
    " over behind after before since during between through across around as than like"
)
ARTICLES: Final = word_set("a an another")
DETERMINERS: Final = ARTICLES | word_set("the his her my your its our their whose")
BEFORE_NUMBERS: Final = DETERMINERS | word_set(
    "all only other first last remaining exactly just reportedly these those both"
)
LINKS: Final = word_set("of the these those his her their our its my other others more further")
ONE_PERSON: Final = word_set("he she him her his i me my himself herself someone somebody another")
GROUP_SIZES: Final = {
    "both": 2,
    "couple": 2,
    "pair": 2,
    "duo": 2,
    "twins": 2,
    "trio": 3,
    "triplets": 3,
    "quartet": 4,
}
SHARES: Final = word_set("half third quarter fifth sixth tenth first last")
KIN: Final = word_set(
    "man woman boy girl husband wife father mother son daughter brother sister child baby infant"
    " grandfather grandmother grandson granddaughter uncle aunt cousin nephew niece grandniece"
    " grandnephew bride groom"
)
NO_NUMBER: Final = word_set(
    "all any each every everyone everybody anyone anybody few fewer many more most some several"
    " other others enough half whole various numerous countless such these those no nobody none"
    " neither either they them their theirs we us you it its itself who whom which what ones"
)
# Singular in form, but more than one person, or none.
GROUPS: Final = word_set(
    "people children police personnel staff crew troop troops military army navy public"
    " family household clan tribe group crowd mob gang band team party unit force squad"
    " patrol column convoy contingent detachment battalion brigade company regiment"
    " division platoon militia cell community audience class youth infantry cavalry"
    " leadership government council committee majority minority remainder rest number"
    " lot host handful batch wave series string bunch dozen score hundred thousand quarter"
    " cent percentage share bulk total village town city camp cattle livestock kin folk nobility"
    " clergy peasantry wounded injured dead deceased missing displaced elderly poor sick young old"
    " accused condemned captured arrested detained killed disabled homeless faithful vulnerable"
    " unemployed innocent guilty busload boatload truckload lorryload planeload carload"
)
# "The defence and finance ministers" are two people, and none of them is "the defence".
PORTFOLIOS: Final = word_set(
    "defence defense finance interior foreign justice health education trade energy oil transport"
    " labour labor economy information planning agriculture environment culture housing mining home"
    " security intelligence"
)
OFFICES: Final = word_set("ministers secretaries commissioners chiefs")
TITLES: Final = word_set(
    "mr mrs ms miss dr prof professor captain capt major maj colonel col general gen lieutenant lt"
    " sergeant sgt corporal cpl private commander brigadier admiral officer constable inspector"
    " judge justice sheikh sheik imam father pastor bishop rev reverend sister brother uncle aunt"
    " president minister governor mayor senator chief sir lady king prince rifleman naik"
)
IN_NAMES: Final = word_set("- . al el bin ibn abu ul ud de da do dos du van von der")
NAMED_GROUPS: Final = word_set(
    "army forces force front movement brigade battalion regiment party state states republic"
    " government police group union council haram league guard guards corps division command"
    " ministry company nations committee unit squad militia clan tribe community family bank"
    " battalions brigades agency network coalition alliance resistance taliban hezbollah"
)
