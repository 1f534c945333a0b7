"""Names, addresses and numbers of people as lists show them: enough to tell rows apart, and no more."""

from __future__ import annotations

HIDDEN = "*"


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


def masked_phone(number: str) -> str:
    """Return a telephone number with three digits in front and four behind; a short one is hidden whole."""
    digits = "".join(character for character in number if character.isdigit())
    return f"{digits[:3]}{HIDDEN * 4}{digits[-4:]}" if len(digits) >= 10 else HIDDEN * len(digits)


def masked_id_number(number: str) -> str:
    """Return an identity number with the division in front and the last character behind."""
    number = number.strip()
    return f"{number[:6]}{HIDDEN * 8}{number[-1]}" if len(number) >= 15 else HIDDEN * len(number)
