"""Text -> the same with personal data replaced by what it was: "[email]", "[phone]", "[card]".

Found are e-mail addresses, phone numbers, payment card numbers, IBANs, US social security numbers
and street addresses. Check digits and numbering plans are those of python-stdnum and phonenumbers
(Google's libphonenumber); a number without them counts only where the words beside it say what it
is, so prices, sizes, model and order numbers stay. Names are not looked for: too many are brands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn
from stdnum.us import ssn

from chatrec.addresses import addresses


class Personal(NamedTuple):
    """A stretch of a text, and what it is."""

    kind: str
    start: int
    end: int


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}"
)
_DIGITS = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){11,18}(?![\w-]|[.,]\d)")
_CARD_WORDS = re.compile(r"\b(?:cards?|cc|visa|amex|mastercard|maestro|credit|debit)\b", re.I)
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[A-Z\d]{11,30}|(?: [A-Z\d]{4}){2,7}(?: [A-Z\d]{1,3})?)\b", re.I
)
_SSN = re.compile(r"(?<![\w-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w-])")
_SSN_WORDS = re.compile(r"\b(?:ssn|social security)\b", re.I)

# Issuer prefixes and the lengths of their numbers (ISO/IEC 7812; the networks' own rules).
_ISSUERS = re.compile(
    r"4(?:\d{15}|\d{18})|3[47]\d{13}|3(?:0|6|8|9)\d{12,14}|35\d{14}|(?:2131|1800)\d{11}"
    r"|5[1-5]\d{14}|2[2-7]\d{14}|6(?:011|2|4[4-9]|5)\d{12,15}|(?:50|5[6-9]|6\d)\d{14,17}"
)
_SHORT_ISSUERS = re.compile(r"4\d{12}|(?:50|5[6-9]|6\d)\d{10,13}|30\d{12}")

# Groups of digits between which something stands, so that there is one way to read them.
_PHONE = re.compile(
    r"(?<![\w.,#$€£/-])\+?\(?\d{1,15}\)?(?:(?:[ .-]{1,2}\(?|\(|(?<=\)))\d{1,8}\)?){0,6}"
    r"(?:(?:x| ?ext\.? ?)\d{1,5})?(?![\w€$£%/]|[.,]\d)",
    re.I,
)
# Hardly anything else: "+46 (0)8 928", "(905) 674-3793", "905-674-3793", "01.84.17.61.18".
_PHONE_SHAPE = re.compile(
    r"\+\d|00[1-9][\d ()-]{10}|\(\d{2,5}\) ?\d|\d{3}[-.]\d{3}[-.]\d{4}|0\d(?:[ .-]\d\d){4}"
    r"|0\d{2,4} \d{3,4} \d{2,4}"
)
_PHONE_WORDS = re.compile(
    r"\b(?:call(?:ed|ing|s)?|phone|telephone|tel|mobile|cell|fax|desk:|sms|text me|whatsapp|reach"
    r"|ring|dial|messages? to|answering|contact me|registered|number is|voicemail|telefon|handy:"
    r"|téléphone|teléfono|telefono)\b",
    re.I,
)
_PHONE_WORDS_AFTER = re.compile(r"\W{0,3}(?:office|fax|mobile|home|work|cell)\b(?! phone)", re.I)
_OTHER_NUMBER = re.compile(
    r"(?:order|purchase|invoice|receipt|bill|ticket|case|customer|account|tracking|parcel|shipment"
    r"|sku|model|item|article|art|part|ref|reference|ean|isbn|serial|code|sizes?|under|over|between"
    r"|about|for|from|price|max|min|budget|no|nr)(?:\.|:|#| is| number| no\.?| nr\.?)*\s*#?$",
    re.I,
)
_UNIT_AFTER = re.compile(
    r"\s?(?:cm|mm|m|kg|g|lb|lbs|oz|ml|l|gb|tb|mb|mah|w|hz|inch|inches|in|px|usd|eur|gbp|dollars"
    r"|euros?|bucks|pieces?|pcs|years?|days?)\b",
    re.I,
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d")

_BESIDE = 48


def mask(text: str, region: str = "US", keep: str = "") -> str:
    """The text without its personal data.

    Args:
        text: of any length.
        region: two-letter country code by whose plan national phone numbers are read.
        keep: what may stand: a stretch that is found in it is the shop's own.
    """
    found = [each for each in personal(text, region) if text[each.start : each.end] not in keep]
    if not found:
        return text
    parts: list[str] = []
    end = 0
    for each in found:
        parts += (text[end : each.start], f"[{each.kind}]")
        end = each.end
    return "".join((*parts, text[end:]))


def personal(text: str, region: str = "US") -> list[Personal]:
    """The personal data of a text, in order; nothing overlaps."""
    if not any(character.isdigit() or character == "@" for character in text):
        return []
    taken: list[Personal] = []
    for each in (*_emails(text), *_numbers(text), *_addresses(text), *_phones(text, region)):
        if all(each.end <= other.start or each.start >= other.end for other in taken):
            taken.append(each)
    return sorted(taken, key=lambda each: each.start)


def _emails(text: str) -> Iterator[Personal]:
    for match in _EMAIL.finditer(text):
        yield Personal("email", *match.span())


def _numbers(text: str) -> Iterator[Personal]:
    """Numbers that carry their own proof, or are named for what they are."""
    for match in _IBAN.finditer(text):
        if iban.is_valid(match[0]):
            yield Personal("iban", *match.span())
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        said = _CARD_WORDS.search(_before(text, match.start()))
        known = _ISSUERS.fullmatch(digits) or (said and _SHORT_ISSUERS.fullmatch(digits))
        if known and (said or luhn.is_valid(digits)):
            yield Personal("card", *match.span())
    for match in _SSN.finditer(text):
        if ssn.is_valid(match[0]) or _SSN_WORDS.search(_before(text, match.start())):
            yield Personal("ssn", *match.span())


def _addresses(text: str) -> Iterator[Personal]:
    for start, end in addresses(text):
        yield Personal("address", start, end)


def _phones(text: str, region: str) -> Iterator[Personal]:
    for match in _PHONE.finditer(text):
        said = match[0].strip()
        count = sum(character.isdigit() for character in said)
        before = _before(text, match.start())
        if not 7 <= count <= 20 or _DATE.search(said):
            continue
        is_other = _OTHER_NUMBER.search(before) or _UNIT_AFTER.match(text, match.end())
        if is_other and not said.startswith("+"):
            continue
        named = _PHONE_WORDS.search(before) or _PHONE_WORDS_AFTER.match(text, match.end())
        if named or _PHONE_SHAPE.match(said) or _is_phone(said, region):
            yield Personal("phone", *match.span())


def _is_phone(said: str, region: str) -> bool:
    """Whether the numbering plan knows it, and it is grouped as such numbers are."""
    if said.isdigit():
        return False  # an article or order number as well as a phone's
    return any(PhoneNumberMatcher(said, region, leniency=Leniency.STRICT_GROUPING))


def _before(text: str, start: int) -> str:
    return text[max(0, start - _BESIDE) : start]
