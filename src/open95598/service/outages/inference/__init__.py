"""Which devices are open, inferred from reports and from the silence of the others (DOMAIN 4). Pure: no Django, no
clock.

`reports` what comes in and what comes out · `feeders` the devices that customers can tell apart · `belief` the
probability of each device, kept along its way up · `engine` the outages that follow from it, through their life ·
`explaining` why, as data · `counts` the plain rule of thumb beside it. How it is reasoned:
docs/decisions/outage-inference.md.

Times are minutes (floats) since any one moment that the caller keeps to; places are positions of a
`registry.grid.topology`.
"""
