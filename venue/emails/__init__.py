"""What the house tells hirers. One function per message; each writes to the outbox in the transaction of the fact."""
