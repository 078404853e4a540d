"""How often joining, wishing and looking up a code may be tried (lokaal.limits)."""

from lokaal.limits import Limit, address_of, consume, look_up

__all__ = ["Limit", "address_of", "consume", "look_up"]

JOIN_FROM_ADDRESS = Limit("join", most=200, seconds=600)
#: A stranger's e-mail address or phone is not flooded with our messages.
JOIN_WITH_CONTACT = Limit("join_contact", most=20, seconds=3600)
WISH_FROM_ADDRESS = Limit("wish", most=30, seconds=600)
REPORT_FROM_ADDRESS = Limit("report", most=10, seconds=3600)
QUESTION_FROM_ADDRESS = Limit("question", most=60, seconds=600)
#: A paper takes some tenths of a second to set.
PAPER_FROM_ADDRESS = Limit("paper", most=60, seconds=600)
GUEST_FROM_ADDRESS = Limit("session_guest", most=120, seconds=600)
# There are 100 million codes. With 5,000 of them in use, the last limit gives a guesser from everywhere at once less
# than one hit in 65 hours; what a hit shows is a first name and a date.
WRONG_CODE_FROM_ADDRESS = Limit("code_address", most=20, seconds=900)
WRONG_CODE_SAME = Limit("code_same", most=5, seconds=900)
WRONG_CODE_ANYWHERE = Limit("code_all", most=300, seconds=3600)
#: Many people of one evening share the address of the house.
REACTION_FROM_ADDRESS = Limit("reaction", most=100, seconds=600)
FOLLOW_FROM_ADDRESS = Limit("follow", most=60, seconds=600)
#: Whoever types in a stranger's address lets us write to it at most so often.
FOLLOW_WITH_CONTACT = Limit("follow_contact", most=5, seconds=24 * 3600)
