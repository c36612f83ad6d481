"""Numbers, values and constraints -> the English in which they are told.

Amounts with their currency, measures with their unit, plurals, lists, and the phrase for each
constraint ("up to €60", "without leather"). Knows nothing of replies, searches or models; it
chooses no fact, it only says the one it is given.
"""

from chatrec.wording.amounts import (
    amount,
    at_least,
    at_most,
    currency_name,
    is_number_of,
    measure,
    money,
    price,
)
from chatrec.wording.constraints import (
    USERS,
    bounds_phrase,
    budget_phrase,
    constraint_phrases,
    noun,
    quality_words,
)
from chatrec.wording.facets import (
    exclusion_phrase,
    facet_phrase,
    is_equipment,
    is_quality,
    means_no,
    means_yes,
)
from chatrec.wording.names import brand_case, name_of, named, readable, speaks_of_many, title
from chatrec.wording.nouns import article, counted, is_mass, is_plural, is_theme, plural, things
from chatrec.wording.numbers import count, ordinal, plain_number
from chatrec.wording.text import capital, listed, sentences

__all__ = [
    "USERS",
    "amount",
    "article",
    "at_least",
    "at_most",
    "bounds_phrase",
    "brand_case",
    "budget_phrase",
    "capital",
    "constraint_phrases",
    "count",
    "counted",
    "currency_name",
    "exclusion_phrase",
    "facet_phrase",
    "is_equipment",
    "is_mass",
    "is_number_of",
    "is_plural",
    "is_quality",
    "is_theme",
    "listed",
    "means_no",
    "means_yes",
    "measure",
    "money",
    "name_of",
    "named",
    "noun",
    "ordinal",
    "plain_number",
    "plural",
    "price",
    "quality_words",
    "readable",
    "sentences",
    "speaks_of_many",
    "things",
    "title",
]
