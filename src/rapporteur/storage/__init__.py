"""Where things are kept: the database with its tables, repositories and migrations, and the store of whole files."""
