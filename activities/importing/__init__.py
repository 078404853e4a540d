"""Taking over a calendar that is kept elsewhere: iCalendar, CSV or XLSX, from a file or a web address.

sources    bytes, from an upload or a vetted web address
reading    bytes -> Found: what the file says, component by component (content_lines, recurrence, calendars, tables)
taking_over  Found -> rows of a centre, in one transaction, with a Report of every component
extending  the dates to come of calendars without an end, by the worker
"""
