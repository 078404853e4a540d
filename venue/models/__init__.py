"""Rooms and time, hire, the kitchen, and the money of both."""

from venue.models.booking import (
    LIVE_STATES,
    Booking,
    BookingDate,
    BookingSeries,
    BookingState,
    DateState,
    Frequency,
)
from venue.models.hirer import Hirer, HirerKind, TariffClass
from venue.models.space import (
    Building,
    Equipment,
    HireHours,
    Layout,
    Part,
    Space,
    SpaceLayout,
    SpaceTranslation,
    lock_key,
)
from venue.models.use import (
    BLOCKING_HOLDS,
    Allocation,
    EquipmentUse,
    Hold,
    Use,
    UseKind,
)
from venue.models.vat import VatCategory, VatCode, VatRate

__all__ = [
    "BLOCKING_HOLDS",
    "LIVE_STATES",
    "Allocation",
    "Booking",
    "BookingDate",
    "BookingSeries",
    "BookingState",
    "Building",
    "DateState",
    "Equipment",
    "EquipmentUse",
    "Frequency",
    "HireHours",
    "Hirer",
    "HirerKind",
    "Hold",
    "Layout",
    "Part",
    "Space",
    "SpaceLayout",
    "SpaceTranslation",
    "TariffClass",
    "Use",
    "UseKind",
    "VatCategory",
    "VatCode",
    "VatRate",
    "lock_key",
]
