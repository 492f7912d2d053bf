"""Published signatures, which the servers must make or accept. Those with files need the folder `--data` of `referees.py`."""


def check(name, data):
    """Yields what was checked, and whether the server agrees."""
    return []
