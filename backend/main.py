"""Starts one of the programs: `python main.py --help` lists them. The commands are in `cli/`."""

if __name__ == "__main__":  # server processes import this file again
    from core.runtime.garbage import pause_collection

    pause_collection()
    from cli.app import main

    main()
