"""What a folder or file of the user's holds, and which project goes with it; a module for each kind of data.

Data are looked at and never changed, of large ones a part; nothing here opens a pickle or imports a library
that does. The command imports this for `--data` alone.
"""
