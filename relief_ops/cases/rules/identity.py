"""Identity numbers, and how much of a person is shown to whom."""

from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

LENGTH = 18


@dataclass(frozen=True)
class Identity:
    """What a citizen identity number says about its holder."""

    number: str
    born_on: date
    male: bool


def read_id_number(text: str, *, today: date) -> Identity:
    """Read an 18-character citizen identity number (GB 11643-1999).

    The first six digits are not compared with today's divisions: people keep the number of
    a district that is gone. Raises ValueError for a wrong length, date or check character.
    """
    number = ric.compact(text).upper()
    if len(number) != LENGTH or not number[:-1].isdigit() or not number.isascii():
        raise ValueError("length")
    try:
        born_on = ric.get_birth_date(number)
    except (ValidationError, ValueError) as error:
        raise ValueError("date") from error
    if born_on > today:
        raise ValueError("date")
    if ric.calc_check_digit(number) != number[-1]:
        raise ValueError("check")
    return Identity(number, born_on, male=int(number[-2]) % 2 == 1)


def age(born_on: date, on: date) -> int:
    """Return full years on a day."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def masked_name(name: str) -> str:
    """Show the family name only."""
    return f"{name[:1]}*" if name else ""


def masked_id_number(number: str) -> str:
    """Show division and last four characters."""
    if len(number) < LENGTH:
        return "*" * len(number)
    return f"{number[:6]}{'*' * 8}{number[-4:]}"


def masked_phone(phone: str) -> str:
    """Show the first three and last four digits of a mobile number, the last four of others."""
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-4:]}" if len(phone) > 4 else "*" * len(phone)


def masked_account(account: str) -> str:
    """Show the last four digits of a bank card."""
    return f"**** {account[-4:]}" if len(account) > 4 else "*" * len(account)
