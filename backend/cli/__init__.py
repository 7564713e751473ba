"""The command line. One module per subject; a command imports what it needs when it runs, so every command starts fast."""
