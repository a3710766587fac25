"""`python -m rapporteur` is `rapporteur`."""

from rapporteur.cli.main import main

main()
