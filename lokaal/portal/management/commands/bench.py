"""Measure how quick the pages are, at 1 %, 10 % and 100 % of a size, against the floor of a bare Django view."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lokaal.bench import looking, measuring
from lokaal.bench.measuring import Measured, Target

SHARES = (1, 10, 100)
SCRIPTS = {
    looking.SIGN_UP: measuring.SIGN_UP_SCRIPT,
    looking.REQUEST: measuring.REQUEST_SCRIPT,
}
HEADINGS = ("page", "size", "req/s", "ratio", "p50 ms", "p99 ms", "queries", "kB", "errors")


class Command(BaseCommand):
    help = (
        "Measure the floor, agenda, rooms, planner, a sign-up and more; print a table with ratios."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--occurrences", type=int, default=500_000, help="at 100 %%")
        parser.add_argument("--sign-ups", type=int, default=5_000_000, help="at 100 %%")
        parser.add_argument("--allocations", type=int, default=400_000, help="at 100 %%")
        parser.add_argument(
            "--shares", type=int, nargs="+", default=SHARES, help="percentages to measure at"
        )
        parser.add_argument("--seconds", type=int, default=4, help="per page and round")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument(
            "--targets", action="store_true", help="(for itself) print what to measure as JSON"
        )

    def handle(self, *args: Any, targets: bool, **options: Any) -> None:
        if targets:
            self.stdout.write(json.dumps(looking.pages()))
            return
        tool = measuring.load_tool()
        found = {
            share: self.at_share(
                tool,
                share,
                occurrences=max(1, options["occurrences"] * share // 100),
                sign_ups=options["sign_ups"] * share // 100,
                allocations=options["allocations"] * share // 100,
                seconds=options["seconds"],
                rounds=options["rounds"],
            )
            for share in options["shares"]
        }
        self.table(found)
        self.verdicts(found)

    def at_share(
        self,
        tool: str,
        share: int,
        *,
        occurrences: int,
        sign_ups: int,
        allocations: int,
        seconds: int,
        rounds: int,
    ) -> list[Measured]:
        database = f"lokaal_bench_{share}"
        with measuring.fresh_database(database):
            measuring.manage(database, "migrate", "--verbosity=0")
            measuring.manage(database, "createcachetable")
            said = measuring.manage(
                database,
                "fill",
                f"--occurrences={occurrences}",
                f"--sign-ups={sign_ups}",
                f"--allocations={allocations}",
            )
            self.stdout.write(f"{share} %: {said.strip()}")
            looked_at = json.loads(measuring.manage(database, "bench", "--targets"))
            targets = [
                Target(
                    one["name"],
                    one["path"],
                    SCRIPTS.get(one["name"]),
                    tuple(one["arguments"]),
                    one["cookie"],
                )
                for one in looked_at
            ]
            with measuring.server(database) as address:
                found = measuring.measure(tool, address, targets, seconds=seconds, rounds=rounds)
        for measured, one in zip(found, looked_at, strict=True):
            measured.queries, measured.size = one["queries"], one["size"]
        return found

    def table(self, found: dict[int, list[Measured]]) -> None:
        self.stdout.write("")
        self.stdout.write("| " + " | ".join(HEADINGS) + " |")
        self.stdout.write("|" + "---|" * len(HEADINGS))
        for share, measured in found.items():
            floor = measured[0].rate
            for one in measured:
                cells = (
                    one.target.name,
                    f"{share} %",
                    f"{one.rate:.0f}",
                    f"{one.rate / floor:.2f}",
                    f"{sorted(one.p50)[len(one.p50) // 2]:.1f}",
                    f"{sorted(one.p99)[len(one.p99) // 2]:.1f}",
                    str(one.queries or "-"),
                    f"{one.size / 1000:.0f}" if one.size else "-",
                    str(one.refused),
                )
                self.stdout.write("| " + " | ".join(cells) + " |")

    def verdicts(self, found: dict[int, list[Measured]]) -> None:
        """Say whether the targets are met; a figure is a fact, so a missed one does not fail the command."""
        shares = sorted(found)
        ratio = {
            share: {one.target.name: one.rate / found[share][0].rate for one in found[share]}
            for share in shares
        }
        largest, smallest = shares[-1], shares[0]
        self.stdout.write("")
        for sentence, value, target in (
            (f"agenda against the floor at {largest} %", ratio[largest]["agenda"], 1 / 3),
            (
                f"agenda at {largest} % against {smallest} %",
                ratio[largest]["agenda"] / ratio[smallest]["agenda"],
                0.9,
            ),
        ):
            verdict = "met" if value >= target else "MISSED"
            self.stdout.write(f"{sentence}: {value:.2f} (target {target:.2f}): {verdict}")
