"""What the answer does not depend on need not hold it up."""

import asyncio
import time

from services import save_user, send_mail

MAIL = 1.0


async def mail(to):
    await send_mail(to, MAIL)
    print(f"mail sent to {to}")


async def sign_up_with_mail():
    await save_user("Ada")
    await mail("Ada")
    print("answer: 201 Created")


async def sign_up(background):
    await save_user("Ada")
    background.create_task(mail("Ada"))
    print("answer: 201 Created")


async def in_background():
    # Does not end before the mail is sent.
    async with asyncio.TaskGroup() as background:
        await sign_up(background)


VARIANTS = {
    "inside": sign_up_with_mail,
    "background": in_background,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
