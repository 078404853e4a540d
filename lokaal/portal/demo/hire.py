"""Who hires in the made-up neighbourhood, what for, and how far it has come. Days count from Monday of this week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from lokaal.portal.demo.week import NIEUWSTAD, WATERKRACHT
from venue.models import HirerKind, Layout


class Stage(StrEnum):
    """How far a booking has come."""

    REQUEST = "request"
    OPTION = "option"
    QUOTED = "quoted"
    CONFIRMED = "confirmed"
    HELD = "held"  # and its invoice sent
    PAID = "paid"
    DRAFTED = "drafted"  # held, its invoice is not issued yet


@dataclass(frozen=True)
class HirerPlan:
    key: str
    kind: HirerKind
    name: str
    tariff_class: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BookingPlan:
    """A booking: its dates as days from Monday, and the catering with the first of them (dish: count)."""

    hirer: str
    centre: str
    space: str
    purpose: str
    days: tuple[int, ...]
    starts: time
    ends: time
    people: int
    layout: Layout
    stage: Stage
    catering: dict[str, int] = field(default_factory=dict)
    equipment: tuple[str, ...] = ()
    serves_alcohol: bool = False
    note: str = ""


@dataclass(frozen=True)
class ClosurePlan:
    centre: str
    space: str
    title: str
    day: int
    starts: time
    ends: time


HIRERS = [
    HirerPlan(
        "choir",
        HirerKind.GROUP,
        "Koor De Berkelstem",
        "maatschappelijk",
        {
            "contact_name": "Hanneke Grol",
            "email": "koor@voorbeeld.nl",
            "phone": "+31612300021",
            "street": "Lunettestraat 8",
            "postcode": "7204 BB",
            "city": "Zutphen",
        },
    ),
    HirerPlan(
        "garden",
        HirerKind.ORGANISATION,
        "Stichting Berkelgroen",
        "maatschappelijk",
        {
            "contact_name": "Ruud Elferink",
            "email": "berkelgroen@voorbeeld.nl",
            "phone": "+31612300022",
            "kvk_number": "90000012",
            "street": "Groenestraat 41",
            "postcode": "7205 CC",
            "city": "Zutphen",
        },
    ),
    HirerPlan(
        "notary",
        HirerKind.ORGANISATION,
        "Notariskantoor Hofpoort",
        "commercieel",
        {
            "contact_name": "Marit Schut",
            "email": "hofpoort@voorbeeld.nl",
            "phone": "+31612300023",
            "kvk_number": "90000023",
            "vat_id": "NL004495445B01",
            "street": "Hofpoort 2",
            "postcode": "7201 DD",
            "city": "Zutphen",
        },
    ),
    HirerPlan(
        "municipality",
        HirerKind.ORGANISATION,
        "Gemeente Voorbeeldstad",
        "commercieel",
        {
            "contact_name": "Karin Pol",
            "email": "karin@voorbeeld.nl",
            "oin": "00000001900000450000",
            "buyer_reference": "WIJK-2026-114",
            "street": "Raadhuisplein 1",
            "postcode": "7200 EE",
            "city": "Voorbeeldstad",
        },
    ),
    HirerPlan(
        "birthday",
        HirerKind.PERSON,
        "Familie Yildiz",
        "prive",
        {"email": "yildiz@voorbeeld.nl", "phone": "+31612300024"},
    ),
    HirerPlan("wedding", HirerKind.PERSON, "Marleen Overbeek", "prive", {"phone": "+31612300025"}),
    HirerPlan(
        "tenants",
        HirerKind.GROUP,
        "Huurdersraad Waterkwartier",
        "bewoners",
        {"contact_name": "Truus Wolbers", "phone": "+31612300026"},
    ),
    HirerPlan(
        "allotment",
        HirerKind.GROUP,
        "Buurtmoestuin",
        "bewoners",
        {"contact_name": "Samir Haddad", "email": "moestuin@voorbeeld.nl"},
    ),
    HirerPlan(
        "yoga",
        HirerKind.ORGANISATION,
        "Yoga aan de IJssel",
        "commercieel",
        {"contact_name": "Lotte Bos", "email": "yoga@voorbeeld.nl", "kvk_number": "90000034"},
    ),
]

BOOKINGS = [
    BookingPlan(
        "choir", WATERKRACHT, "grote-zaal", "Repetitie van het koor",
        (-27, -20, -13), time(19, 30), time(22), 32, Layout.THEATRE, Stage.PAID,
    ),
    BookingPlan(
        "choir", WATERKRACHT, "grote-zaal", "Repetitie van het koor",
        (-6,), time(19, 30), time(22), 32, Layout.THEATRE, Stage.DRAFTED,
    ),
    BookingPlan(
        "choir", WATERKRACHT, "grote-zaal", "Repetitie van het koor",
        (8, 15, 22, 29, 36), time(19, 30), time(22), 32, Layout.THEATRE, Stage.CONFIRMED,
    ),
    BookingPlan(
        "municipality", WATERKRACHT, "grote-zaal", "Kennissessie met de buurt",
        (-11,), time(9, 30), time(12, 30), 25, Layout.U_SHAPE, Stage.HELD,
        equipment=("Geluid met microfoon",),
    ),
    BookingPlan(
        "notary", WATERKRACHT, "spreekkamer", "Spreekuur van de notaris",
        (-25, -18), time(14), time(16), 3, Layout.U_SHAPE, Stage.HELD,
    ),
    BookingPlan(
        "notary", WATERKRACHT, "spreekkamer", "Spreekuur van de notaris",
        (10, 17), time(14), time(16), 3, Layout.U_SHAPE, Stage.CONFIRMED,
    ),
    BookingPlan(
        "garden", WATERKRACHT, "grote-zaal", "Vergadering met vrijwilligers",
        (10,), time(13), time(17), 40, Layout.THEATRE, Stage.QUOTED,
        catering={"Koffie of thee": 40, "Linzensoep": 40}, equipment=("Flipover",),
    ),
    BookingPlan(
        "birthday", WATERKRACHT, "grote-zaal", "Verjaardag van oma",
        (12,), time(17), time(21), 45, Layout.DINNER, Stage.OPTION,
        catering={"Börek": 45},
        note="Kunnen we zelf taart meenemen?",
    ),
    BookingPlan(
        "wedding", WATERKRACHT, "grote-zaal", "Trouwfeest",
        (12,), time(15), time(20), 40, Layout.DINNER, Stage.OPTION,
    ),
    BookingPlan(
        "tenants", WATERKRACHT, "zaal-voor", "Vergadering van de huurders",
        (9,), time(19), time(22), 14, Layout.U_SHAPE, Stage.CONFIRMED,
        catering={"Koffie of thee": 14},
    ),
    BookingPlan(
        "allotment", NIEUWSTAD, "tuinkamer", "Zaden ruilen",
        (13,), time(14), time(16), 10, Layout.U_SHAPE, Stage.REQUEST,
        note="Mag de deur naar de tuin open?",
    ),
    BookingPlan(
        "yoga", WATERKRACHT, "zaal-achter", "Yogales",
        (14, 21, 28), time(19), time(20, 30), 14, Layout.U_SHAPE, Stage.REQUEST,
    ),
]  # fmt: skip

CLOSURES = [ClosurePlan(WATERKRACHT, "grote-zaal", "Vloer in de was", 11, time(8), time(13))]
