"""How long a transfer plan takes for a large provider: 3,000 clients, 60 providers, 12 care profiles."""

import time
from datetime import date

from ews.cases.assign import plan
from ews.cases.transfer import Group, Site, Taker, Town, TransferPolicy

POLICY = TransferPolicy(
    valid_from=date(2026, 1, 1),
    source="benchmark",
    confirmed_days=31,
    points_per_percent=2.0,
    unassessed_headroom=0,
    split_cost=3,
    distance_cost={},
    bridging={},
    candidates=40,
)
PROFILES = [f"VG{number}" for number in range(1, 13)]


def town(providers: int = 60, clients: int = 3000) -> Town:
    """A made-up region: places spread unevenly, so that groups compete and some clients stay without."""
    groups = [
        Group(f"{profile}/{part}", profile, "verblijf", clients // 24)
        for profile in PROFILES
        for part in "ab"
    ]
    sites = [
        Site(
            id=f"{number}/{profile}",
            location=f"l{number}",
            provider=f"p{number}",
            profile=profile,
            form="verblijf",
            free=(number * 7 + place * 3) % 6,
            distance=(number + place) % 6,
        )
        for number in range(providers)
        for place, profile in enumerate(PROFILES)
    ]
    takers = {f"p{n}": Taker(f"p{n}", f"p{n}", 300, 10, "low", 30) for n in range(providers)}
    return Town(tuple(groups), tuple(sites), takers)


def main() -> None:
    begin = time.perf_counter()
    found = plan(town(), POLICY)
    seconds = time.perf_counter() - begin
    print(f"{found.placed + found.left} clients, 60 providers, 12 profiles: {seconds:.1f} s (promise: 30)")
    print(
        f"placed {found.placed}, without a place {found.left}, proven {found.proven}, kinds re-solved {len(found.gains)}"
    )


if __name__ == "__main__":
    main()
