"""Pure knowledge that every room shares: the working calendar, codes, money, text, conditions, expected errors.

Invariant: nothing here imports Django, reads a clock, or waits for anything outside.
Absent on purpose: amounts, holidays, deadlines. Those are data, in packs, and come in as arguments.
"""
