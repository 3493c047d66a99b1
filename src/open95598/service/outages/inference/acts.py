"""What is known for certain: telemetry, the crew, a dispatcher. It moves outages and makes them stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from open95598.service.outages.inference.belief import Node
from open95598.service.outages.inference.naming import Naming
from open95598.service.outages.inference.reports import Change, Incident, Status, What


class Acts(Naming):
    """What people and telemetry do to outages."""

    def confirm(self, position: int, now: float, incident_id: int | None = None) -> list[Change]:
        """Take it as certain that a device is open (SCADA, the crew, a dispatcher): its outage stands there from now
        on.

        ``incident_id``: the outage that this is about, which moves there; else the one found there, or a new one.
        """
        self.now = max(self.now, now)
        top = self.feeders.of[position]
        self.belief.block(position, False)
        self.belief.nodes.setdefault(top, Node())
        changes: list[Change] = []
        here = self._at.get(top)
        if here is None:
            inner = [n for n in (self._at[one] for one in self._inside(top)) if not self.incidents[n].settled]
            about = self.incidents.get(incident_id) if incident_id is not None else None
            above = self._loose_above(top)
            if about is None and inner:
                about = self.incidents[min(inner)]
            elif about is None and above is not None:
                about = above
            if about is not None and about.is_open:
                changes += self._shift(about, top)
            else:
                about = self._new(top, None)
                changes.append(Change(What.OPENED, about.id, about.device, now))
            for number in inner:
                if number != about.id and self.incidents[number].is_open:
                    changes.append(self._merge(self.incidents[number], about))
            here = about.id
        incident = self.incidents[here]
        incident.device = position
        if not incident.settled:
            self._settle(incident)
        for one in self._inside(top):
            inner_incident = self.incidents[self._at[one]]
            inner_incident.nested_in = inner_incident.nested_in or incident.id
        if incident.status is not Status.CONFIRMED:
            incident.status = Status.CONFIRMED
            changes.append(Change(What.CONFIRMED, incident.id, position, now))
        changes += self._rest(top)
        return changes

    def adopt(self, position: int, now: float, started: float, status: Status) -> int:
        """Put back an outage that stands, from before this engine was made; return its id.

        Told in the order of time between the reports, it is there as it was: its device, its start, its status; what
        was reported inside it counts for nothing above.
        """
        self.confirm(position, now)
        incident = self.incidents[self._at[self.feeders.of[position]]]
        incident.started, incident.status = started, status
        return incident.id

    def wrong(self, incident_id: int, now: float) -> list[Change]:
        """Take it as certain that an outage is none (somebody has looked): its reports are forgotten, and nothing
        later is taken for a consequence of it. Raises ``KeyError`` for an unknown or ended outage."""
        self.now = max(self.now, now)
        incident = self.incidents[incident_id]
        if not incident.is_open:
            raise KeyError(incident_id)
        top = self._lift(incident)
        self.belief.clear(top, self._above(top), self.now)
        incident.status, incident.ended, incident.settled = Status.WITHDRAWN, now, False
        for one in self._inside(top):
            inner = self.incidents[self._at[one]]
            if inner.nested_in == incident.id:
                inner.nested_in = incident.nested_in
        return [Change(What.WITHDRAWN, incident.id, incident.device, now)]

    def reported(self, incident_id: int) -> list[int]:
        """Return the ids of the reports at and below an open outage, also of outages that stand inside it."""
        top = self.feeders.of[self.incidents[incident_id].device]
        return [report for _at, report in self.belief.reports(top)]

    def _shift(self, incident: Incident, top: int) -> list[Change]:
        if incident.settled:
            self._unsettle(self.feeders.of[incident.device])
            incident.settled = False
        return self._move(incident, top)

    def _loose_above(self, top: int) -> Incident | None:
        for one in self._above(top):
            number = self._at.get(one)
            if number is not None and not self.incidents[number].settled:
                return self.incidents[number]
        return None

    def _rest(self, top: int) -> list[Change]:
        """Name anew what an outage that has moved away from above leaves unexplained."""
        changes: list[Change] = []
        above = self._above(top)
        if above and above[-1] not in self.belief.hidden:
            for one in above:
                for kid in sorted(self.belief.nodes[one].kids):
                    if kid not in self.belief.hidden and kid not in self._at and kid in self.belief.nodes:
                        way = [kid, *self._above(kid)]
                        changes += self._review(way, None)
        return changes

    def closed(self, position: int, now: float) -> list[Change]:
        """Take it as certain that a device is closed: nothing is inferred there until it opens; a confirmed outage of
        the device itself ends."""
        self.now = max(self.now, now)
        top = self.feeders.of[position]
        number = self._at.get(top)
        if number is not None and self.incidents[number].device == position:
            incident = self.incidents[number]
            if incident.status is Status.CONFIRMED:
                changes = self.restore(number, now)
                self.belief.block(position, True)
                return changes
            if incident.settled:
                self._unsettle(top)
        self.belief.block(position, True)
        if top not in self.belief.nodes:
            return []
        way, _known = self.way(top)
        self.belief.weigh(way, self.now)
        number = self._at.get(top)
        if number is None:
            return []
        if self.belief.share(top) >= self._declare:
            return self._move(self.incidents[number], top)  # another device in line with it
        return self._decode(top) + self._rest(top)

    def restore(self, incident_id: int, now: float, still_dark: Sequence[int] = ()) -> list[Change]:
        """End an outage: its reports are answered. ``still_dark``: positions of devices inside it that stay open,
        each an outage of its own from now on, confirmed. Raises ``KeyError`` for an unknown or ended outage."""
        self.now = max(self.now, now)
        incident = self.incidents[incident_id]
        if not incident.is_open:
            raise KeyError(incident_id)
        changes: list[Change] = []
        top = self._lift(incident)
        above = self._above(top)
        self.belief.clear(top, above, self.now)
        incident.status, incident.ended, incident.settled = Status.RESTORED, now, False
        changes.append(Change(What.RESTORED, incident.id, incident.device, now))
        self._restored[top] = (now, incident.id)
        for position in still_dark:
            kept = self.confirm(position, now)
            nested = self.incidents[self._at[self.feeders.of[position]]]
            nested.after = incident.id
            changes += kept
        for one in self._inside(top):
            inner = self.incidents[self._at[one]]
            if inner.nested_in == incident.id:
                inner.nested_in, inner.after = incident.nested_in, inner.after or incident.id
        return changes

    def power_back(self, position: int, now: float) -> list[Change]:
        """Take it that there is power again below a device (telemetry, the crew): all outages inside it end; one that
        was believed above it, and is not confirmed there, is taken to have been here, and what it leaves is judged
        anew."""
        top = self.feeders.of[position]
        changes: list[Change] = []
        inside = [self._at[one] for one in self._inside(top)]
        here = self._at.get(top)
        for number in inside:
            changes += self.restore(number, now)
        if here is None:
            over = self.of(position)
            if over is not None and self.incidents[over].status is not Status.CONFIRMED:
                changes += self.confirm(position, now, over)
                here = over
        if here is not None:
            changes += self.restore(here, now)
        elif top in self.belief.nodes:
            self.now = max(self.now, now)
            self.belief.clear(top, self._above(top), self.now)
        if here is None:
            self._restored[top] = (now, inside[0] if inside else 0)
        return changes

    def merge(self, numbers: Iterable[int], position: int, now: float) -> list[Change]:
        """Take several outages for one at a device (a dispatcher's act): the oldest goes on, confirmed."""
        ids = sorted(numbers)
        changes = self.confirm(position, now, ids[0])
        into = self.incidents[self._at[self.feeders.of[position]]]
        for number in ids:
            one = self.incidents[number]
            if one.is_open and one.id != into.id and self.feeders.topology.below(into.device, one.device):
                if one.settled:
                    self._unsettle(self.feeders.of[one.device])
                changes.append(self._merge(one, into))
        return changes

    def split(self, incident_id: int, positions: Sequence[int], now: float) -> list[Change]:
        """Take one outage for several at these devices inside it (a dispatcher's act): the first goes on as the
        outage."""
        changes = self.confirm(positions[0], now, incident_id)
        for position in positions[1:]:
            known = self._at.get(self.feeders.of[position])
            changes += self.confirm(position, now)
            new = self.incidents[self._at[self.feeders.of[position]]]
            if known is None and new.id != incident_id:
                new.split_from = incident_id
        return changes
