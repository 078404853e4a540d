"""How much a calendar may ask. A house has some hundreds of activities; these numbers leave room and stop an attack."""

from datetime import timedelta

#: Bytes of a file or an answer.
BYTES = 10_000_000
#: Characters of one unfolded line (attachments are not read and may be longer).
LINE = 500_000
#: Components inside components: VCALENDAR > VEVENT > VALARM is 3.
DEPTH = 6
COMPONENTS = 50_000
#: Exceptions and extra dates of one event.
LISTED_DATES = 5_000
#: Rows that one event, and one file, may become.
DATES_PER_EVENT = 5_000
DATES_PER_FILE = 50_000
#: COUNT of a rule.
COUNT = 20_000
#: Steps that a rule may cost to work out, per event and per file.
STEPS_PER_EVENT = 150_000
STEPS_PER_FILE = 1_000_000
#: Seconds that reading one file may take in all.
SECONDS = 20
#: Years that are a date and not a mistake.
FIRST_YEAR = 1900
YEARS_AHEAD = 20
#: How far ahead the dates of a rule that ends are taken over; the rest follows later.
AHEAD = timedelta(days=5 * 366)
#: Rows and columns of a table.
ROWS = 20_000
COLUMNS = 60
CELL = 20_000
#: An XLSX is a zip: bytes after unpacking, number of files in it, and how much smaller it may have become.
UNPACKED_BYTES = 60_000_000
ZIP_FILES = 500
ZIP_RATIO = 200
