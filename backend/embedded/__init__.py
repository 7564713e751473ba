"""PostgreSQL and Valkey from Python wheels, and the supervisor behind `up` and `dev`.

For development and tests: a production install has none of the wheels.
`docs/decisions/0002-embedded-services.md` explains the design.
"""
