"""Measuring how quick the house is: a filled database, a server as in production, an ordinary load tool."""
