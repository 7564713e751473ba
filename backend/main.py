"""Starts one of the programs: `python main.py --help` lists them. The commands are in `cli/`."""

import signal

if __name__ == "__main__":  # server processes import this file again
    is_interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_interruptible:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the program without a traceback of its imports
    from core.runtime.garbage import pause_collection

    pause_collection()
    from cli.app import main

    if is_interruptible:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
