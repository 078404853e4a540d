"""How allauth works in this house."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sends allauth's messages through the outbox, and makes people with a name only."""
