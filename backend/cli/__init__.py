"""The command line. One module per subject. Commands import their modules when they run, so all start fast."""
