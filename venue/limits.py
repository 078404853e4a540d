"""How often a room may be asked for and a booking looked up (lokaal.limits)."""

from lokaal.limits import Limit, address_of, consume, look_up

__all__ = ["Limit", "address_of", "consume", "look_up"]

HIRE_FROM_ADDRESS = Limit("hire", most=60, seconds=600)
#: A stranger's e-mail address or phone is not flooded with our messages.
HIRE_WITH_CONTACT = Limit("hire_contact", most=10, seconds=3600)
WRONG_REFERENCE_FROM_ADDRESS = Limit("reference_address", most=20, seconds=900)
WRONG_REFERENCE_SAME = Limit("reference_same", most=5, seconds=900)
WRONG_REFERENCE_ANYWHERE = Limit("reference_all", most=300, seconds=3600)
