"""The tables of `product_main.py`, which no migration knows."""

TABLES = """
    CREATE SCHEMA trial;
    CREATE TABLE trial.entries (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE INDEX ON trial.entries (at);
    CREATE TABLE trial.effects (key bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
"""
