"""The lists of venue in /beheer/, by subject."""

from venue.admin import hiring as hiring
from venue.admin import invoices as invoices
from venue.admin import kitchen as kitchen
from venue.admin import spaces as spaces
