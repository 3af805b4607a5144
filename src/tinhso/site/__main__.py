"""`python -m tinhso.site`: the same as `tinhso`."""

from tinhso.site.cli import main

main()
