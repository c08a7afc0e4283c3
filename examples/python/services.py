"""The world outside the whole programs: a model of it.

Nothing here leaves the machine. Where a real program has aiohttp, a database
driver and a mail server, these programs have the functions below. Each answers
after a time of its own, so that every run is the same.
"""

import asyncio
import time

# The pages of a small web site, and how long each takes to come.
PAGES = {
    "tea": 0.8,
    "coffee": 0.3,
    "cocoa": 1.2,
    "milk": 0.6,
    "juice": 1.0,
    "cider": 0.4,
    "water": 0.7,
    "mead": 0.9,
    "kefir": 0.5,
    "lassi": 1.1,
    "chai": 0.3,
    "mocha": 1.3,
}

# Users 1 to 8. Nobody is user 3.
USERS = ["Ada", "Ben", None, "Dan", "Eve", "Finn", "Gus", "Hana"]

# The files of a small disk, and how long each takes to read.
FILES = {
    "draft": 0.6,
    "notes": 0.2,
    "letter": 0.4,
    "memo": 0.1,
    "poem": 0.3,
    "diary": 0.5,
    "recipe": 0.8,
    "log": 0.7,
}


class HTTPError(Exception):
    pass


def page(name):
    names = list(PAGES)
    place = names.index(name)
    # To up to three of the pages that follow.
    links = [names[(place + n) % 12] for n in range(1, 2 + place % 3)]
    html = f"<html><title>All about {name}</title>"
    for link in links:
        html += f'<a href="{link}">{link}</a>'
    for number in range((place + 1) % 3):
        html += f'<img src="{name}-{number}.png">'
    return html + "</html>"


async def fetch(path):
    """What a web server answers."""
    if path in PAGES:
        await asyncio.sleep(PAGES[path])
        return page(path)
    if path.startswith("users/"):
        number = int(path.removeprefix("users/"))
        if 1 <= number <= len(USERS) and USERS[number - 1]:
            await asyncio.sleep((3 + 4 * number % 7) / 10)
            return USERS[number - 1]
    await asyncio.sleep(0.3)
    raise HTTPError(f"404 Not Found: {path}")


async def query(table, seconds):
    """The rows of a table, for somebody who has a connection."""
    await asyncio.sleep(seconds)
    rows = 3 if table == "users" else 5
    return [f"{table} {row}" for row in range(1, rows + 1)]


async def read_file(name):
    """What stands in a file."""
    await asyncio.sleep(FILES[name])
    return f"what the {name} says"


async def write_file(name, text, seconds):
    """Puts a text into a file; the model keeps nothing."""
    await asyncio.sleep(seconds)


async def save_user(name):
    """Puts a user into a database; the model keeps nothing."""
    await asyncio.sleep(0.02)


async def send_mail(to, seconds):
    """Gives a mail to a mail server; the model sends nothing."""
    await asyncio.sleep(seconds)


def sum_of_squares(n, seconds):
    """The sum, as a machine computes it that needs so long."""
    time.sleep(seconds)
    return sum(number * number for number in range(n))


class Channel:
    """A channel on which everybody hears everybody else."""

    def __init__(self):
        self.inboxes = {}

    def join(self, name):
        self.inboxes[name] = asyncio.Queue()
        return self.inboxes[name]

    def post(self, sender, message):
        """Sends to everybody else, in the order in which they joined."""
        for name, inbox in self.inboxes.items():
            if name != sender:
                inbox.put_nowait(message)

    def close(self):
        """Tells everybody that nothing more comes."""
        for inbox in self.inboxes.values():
            inbox.put_nowait(None)
