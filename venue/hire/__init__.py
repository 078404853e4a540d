"""Room hire, from a request to a key handed back: prices, options, quotes, bookings."""
