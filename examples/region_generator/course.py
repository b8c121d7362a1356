"""The course of each provider, quarter by quarter: clients, staff and money that belong together."""

import random
from dataclasses import dataclass

from region_generator.cast import Provider
from region_generator.quarters import FIRST, SIMULATED, Quarter
from region_generator.stories import STORIES, Story, at

_PRICE = {"vv": 25_500.0, "ghz": 27_500.0, "ggz": 23_500.0}
"""Turnover per client and quarter, in euros of 2022."""
_STAFF = {"vv": 1.05, "ghz": 1.3, "ggz": 0.95}
_ABSENCE = {"vv": 0.077, "ghz": 0.071, "ggz": 0.066}
_FUNDING = ((0.18, 0.36), (0.16, 0.34), (0.15, 0.22))
"""Equity, long and short debt at the start, as parts of a year's turnover."""
_SEASON = {1: 0.009, 2: -0.001, 3: -0.007, 4: 0.003}


@dataclass(frozen=True)
class Figures:
    """One quarter of one provider. Money in euros; flows are of the quarter itself."""

    quarter: Quarter
    clients: int
    places: int
    fte: float
    heads: int
    vacancies: int
    absence: float
    absence_hours: float
    pnil: float
    inflow: float
    outflow: float
    temporary: float
    occupancy: float
    experience: float
    complaints: int
    turnover: float
    wlz: float
    result: float
    ebitda: float
    interest: float
    repayment: float
    investment: float
    personnel: float
    pnil_cost: float
    equity: float
    total: float
    cash: float
    current_assets: float
    short_debt: float
    long_debt: float


@dataclass
class _Books:
    """What carries over from quarter to quarter, in euros."""

    equity: float
    long_debt: float
    fixed: float
    cash: float
    receivables: float


def course(provider: Provider) -> tuple[Figures, ...]:
    """All simulated quarters of a provider, the warm-up included."""
    chance = random.Random(f"course-{provider.number}")
    story = STORIES.get(provider.number, Story())
    traits = _traits(provider, chance)
    books = _opening(provider, traits, chance)
    drift = {"absence": 0.0, "pnil": 0.0, "margin": 0.0, "outflow": 0.0}
    spread = {"absence": 0.0045, "pnil": 0.008, "margin": 0.006, "outflow": 0.012}
    done = []
    for quarter in SIMULATED:
        for name, width in spread.items():
            drift[name] = 0.6 * drift[name] + chance.gauss(0, width)
        done.append(_quarter(provider, quarter, story, traits, books, drift, chance))
    return tuple(done)


def _traits(provider: Provider, chance: random.Random) -> dict[str, float]:
    return {
        "margin": chance.gauss(0.021, 0.009),
        "absence": _ABSENCE[provider.sector] + chance.gauss(0, 0.007),
        "pnil": max(0.015, chance.gauss(0.075, 0.022)),
        "outflow": max(0.08, chance.gauss(0.155, 0.025)),
        "temporary": max(0.05, chance.gauss(0.18, 0.04)),
        "occupancy": min(0.995, chance.gauss(0.965, 0.015)),
        "experience": chance.gauss(7.9, 0.25),
        "wlz": {"vv": 0.84, "ghz": 0.9, "ggz": 0.62}[provider.sector] + chance.gauss(0, 0.05),
        "price": chance.gauss(1.0, 0.05),
        "personnel": chance.gauss(0.715, 0.02),
        "invest": max(0.015, chance.gauss(0.042, 0.01)),
        "depreciation": 0.038,
    }


def _opening(provider: Provider, traits: dict[str, float], chance: random.Random) -> _Books:
    year = provider.clients * _PRICE[provider.sector] * 4 * traits["price"]
    equity, long_debt, short_debt = (year * chance.uniform(*bounds) for bounds in _FUNDING)
    long_debt += year * STORIES.get(provider.number, Story()).long_debt
    cash, receivables = year * chance.uniform(0.18, 0.3), year * chance.uniform(0.07, 0.11)
    fixed = equity + long_debt + short_debt - cash - receivables
    return _Books(equity, long_debt, fixed, cash, receivables)


def _quarter(
    provider: Provider,
    quarter: Quarter,
    story: Story,
    traits: dict[str, float],
    books: _Books,
    drift: dict[str, float],
    chance: random.Random,
) -> Figures:
    step = (quarter.year - FIRST.year) * 4 + quarter.number - FIRST.number
    staff = _staff(provider, quarter, step, story=story, traits=traits, drift=drift, chance=chance)
    growth = 1.011 ** (step + 4)
    turnover = staff["clients"] * _PRICE[provider.sector] * traits["price"] * growth * chance.gauss(1, 0.006)
    margin = traits["margin"] + drift["margin"] + at(story.margin, step)
    money = _money(turnover, margin, step, story=story, traits=traits, books=books, chance=chance)
    personnel = turnover * (traits["personnel"] + 0.25 * max(0.0, staff["pnil"] - traits["pnil"]))
    return Figures(
        quarter=quarter,
        clients=int(staff["clients"]),
        places=int(staff["places"]),
        fte=round(staff["fte"], 1),
        heads=round(staff["fte"] * 1.42),
        vacancies=round(staff["fte"] * max(0.005, staff["vacancies"])),
        absence=staff["absence"],
        absence_hours=staff["absence"] * chance.gauss(0.93, 0.015),
        pnil=staff["pnil"],
        inflow=max(0.03, staff["outflow"] + chance.gauss(-0.005, 0.012) - 0.4 * at(story.outflow, step)),
        outflow=staff["outflow"],
        temporary=max(0.02, traits["temporary"] + at(story.temporary, step) + chance.gauss(0, 0.008)),
        occupancy=staff["clients"] / staff["places"],
        experience=min(9.4, traits["experience"] + at(story.experience, step) + chance.gauss(0, 0.12)),
        complaints=round(
            max(0.0, chance.gauss(0.02 * staff["clients"], 1.2)) * at(story.complaints, step, otherwise=1.0)
        ),
        turnover=turnover,
        wlz=turnover * min(0.99, traits["wlz"]),
        personnel=personnel,
        pnil_cost=personnel * min(0.6, staff["pnil"] * 1.35),
        **money,
    )


def _staff(
    provider: Provider,
    quarter: Quarter,
    step: int,
    *,
    story: Story,
    traits: dict[str, float],
    drift: dict[str, float],
    chance: random.Random,
) -> dict[str, float]:
    factor = at(story.clients, step, otherwise=1.0)
    clients = round(provider.clients * factor * chance.gauss(1, 0.008))
    places = round(provider.clients / traits["occupancy"])
    return {
        "clients": max(5, min(clients, places)),
        "places": places,
        "fte": provider.clients
        * _STAFF[provider.sector]
        * chance.gauss(1, 0.012)
        * at(story.fte, step, otherwise=1.0),
        "absence": max(
            0.02, traits["absence"] + _SEASON[quarter.number] + drift["absence"] + at(story.absence, step)
        ),
        "pnil": max(0.005, traits["pnil"] + drift["pnil"] + at(story.pnil, step)),
        "outflow": max(0.04, traits["outflow"] + drift["outflow"] + at(story.outflow, step)),
        "vacancies": 0.03 + chance.gauss(0, 0.005) + at(story.vacancies, step),
    }


def _money(
    turnover: float,
    margin: float,
    step: int,
    *,
    story: Story,
    traits: dict[str, float],
    books: _Books,
    chance: random.Random,
) -> dict[str, float]:
    depreciation = turnover * traits["depreciation"]
    interest = books.long_debt * 0.031 / 4
    repayment = books.long_debt * (0.025 if story.long_debt else 0.045) / 4
    investment = turnover * max(0.005, traits["invest"] + chance.gauss(0, 0.008) + at(story.investment, step))
    result = turnover * margin
    owed = books.receivables
    books.receivables = turnover * 4 * max(0.04, chance.gauss(0.085, 0.007))
    books.equity += result
    books.long_debt -= repayment
    books.fixed += investment - depreciation
    books.cash += result + depreciation - repayment - investment - (books.receivables - owed)
    books.cash += turnover * (at(story.cash, step) + chance.gauss(0.004, 0.008))
    books.cash = _overdraft(books, turnover)
    current = books.cash + books.receivables
    total = books.fixed + current
    return {
        "result": result,
        "ebitda": result + depreciation + interest,
        "interest": interest,
        "repayment": repayment,
        "investment": investment,
        "equity": books.equity,
        "total": total,
        "cash": books.cash,
        "current_assets": current,
        "short_debt": total - books.equity - books.long_debt,
        "long_debt": books.long_debt,
    }


def _overdraft(books: _Books, turnover: float) -> float:
    """Cash after the bank has lent what was short: an empty till shows as short debt, never as negative cash."""
    least_debt = turnover * 0.3
    debt = books.fixed + books.cash + books.receivables - books.equity - books.long_debt
    return max(books.cash + max(0.0, least_debt - debt), turnover * 0.01)
