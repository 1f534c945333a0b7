"""Names, addresses and numbers of people as lists show them: enough to tell rows apart, and no more."""

from __future__ import annotations

import re

HIDDEN = "*"
# a mobile number as it is written in running text, with or without +86 and gaps
_MOBILE = re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w)", re.ASCII)
# Source: GB 11643-1999: division, day of birth, sequence, check character.
_ID_NUMBER = re.compile(
    r"(?<!\w)[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)", re.ASCII
)


def masked_name(name: str) -> str:
    """Return a name with its middle hidden: 欧*锋, 李*, J***y; a name of one character is hidden whole."""
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + HIDDEN if len(name) == 2 else HIDDEN * len(name)
    return name[0] + HIDDEN * min(len(name) - 2, 3) + name[-1]


def masked_email(address: str) -> str:
    """Return an address with the first character of its mailbox and its domain; "" stays ""."""
    mailbox, at, domain = address.strip().rpartition("@")
    if not at:
        return HIDDEN * min(len(domain), 3)
    return f"{mailbox[:1]}{HIDDEN * 3}@{domain}"


def shown_username(username: str) -> str:
    """Return a user name as it is, or masked where it is somebody's address."""
    return masked_email(username) if "@" in username else username


def masked_phone(number: str) -> str:
    """Return a telephone number with three digits in front and four behind; a short one is hidden whole."""
    digits = "".join(character for character in number if character.isdigit())
    return f"{digits[:3]}{HIDDEN * 4}{digits[-4:]}" if len(digits) >= 10 else HIDDEN * len(digits)


def masked_id_number(number: str) -> str:
    """Return an identity number with the division in front and the last character behind."""
    number = number.strip()
    return f"{number[:6]}{HIDDEN * 8}{number[-1]}" if len(number) >= 15 else HIDDEN * len(number)


def numbers_in(text: str) -> list[str]:
    """Return the mobile and identity numbers that stand in a text, in their order.

    Identity numbers are known by their shape, mistyped ones too; credit codes and hashes are none.
    """
    found = [(one.start(), one[0]) for form in (_MOBILE, _ID_NUMBER) for one in form.finditer(text)]
    return [number for _place, number in sorted(found)]


def masked_numbers(text: str) -> str:
    """Return a text in which mobile and identity numbers are masked and all else stands as it was."""
    text = _ID_NUMBER.sub(lambda one: masked_id_number(one[0]), text)
    return _MOBILE.sub(lambda one: _masked_mobile(one[0]), text)


def _masked_mobile(number: str) -> str:
    return masked_phone("".join(character for character in number if character.isdigit())[-11:])
