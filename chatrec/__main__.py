"""``python -m chatrec`` is the command line."""

from chatrec.cli import main

main()
