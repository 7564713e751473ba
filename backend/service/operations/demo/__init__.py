"""Example content for development: people, and their texts of the last weeks.

Each module called `demo_…` belongs to the feature of that name, and has a function `examples`. No list names them, so a
feature takes its examples along when it goes.
"""
