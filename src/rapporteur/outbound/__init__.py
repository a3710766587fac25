"""Everything that dials out to addresses users give; each one is checked at the moment it is dialled."""
