"""All SQL of the program, one file per noun: rows in, rows out, no rule about bots."""
