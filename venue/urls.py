"""Addresses of rooms, hire, the kitchen and the money."""

from django.urls import URLPattern, URLResolver, path  # noqa: F401

app_name = "venue"

urlpatterns: list[URLPattern | URLResolver] = [
    # What residents and hirers see: rooms, asking, a booking, a quote.
    # Hire, for staff.
    # Planner, day sheet and door.
    # Menu, orders and kitchen.
    # Invoices and payments.
]
