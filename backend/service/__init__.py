"""Business rules, one concern per service, and the factory that assembles everything."""
