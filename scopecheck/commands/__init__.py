"""The commands of the command line (`main.py`), one module each."""
