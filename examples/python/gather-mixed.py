"""gather takes as long as its slowest part, and keeps the order."""

import asyncio
import time

USER = 1.0
POSTS = 1.5
COMMENTS = 0.5


async def fetch(name, seconds):
    print(f"{name} requested")
    await asyncio.sleep(seconds)
    print(f"{name} arrived")
    return f"{name} data"


async def sequential():
    user = await fetch("user", USER)
    posts = await fetch("posts", POSTS)
    comments = await fetch("comments", COMMENTS)
    print(f"page: {user}, {posts}, {comments}")


async def gathered():
    # Results come in the order of the arguments, whoever was first.
    user, posts, comments = await asyncio.gather(
        fetch("user", USER),
        fetch("posts", POSTS),
        fetch("comments", COMMENTS),
    )
    print(f"page: {user}, {posts}, {comments}")


VARIANTS = {"sequential": sequential, "gather": gathered}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
