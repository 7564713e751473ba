"""The rules of the code that no kept linter has. `python -m rules` checks them, and docs/rules.md lists them.

Every rule asks `names.py` what a name means, so an alias, a re-export or `getattr` hides nothing. A rule is closed: it
says who may use something, and refuses it everywhere else.
"""
