// Starts the modules; each looks for its own marks in the page and after every htmx swap.
import { start as charts } from "./charts.js";
import { start as clocks } from "./clocks.js";
import { start as contacts } from "./contacts.js";
import { start as dialogs } from "./dialogs.js";
import { start as forms } from "./forms.js";
import { start as hotkeys } from "./hotkeys.js";
import { start as kept } from "./kept.js";
import { start as lists } from "./lists.js";
import { start as live } from "./live.js";
import { start as menus } from "./menus.js";
import { start as palette } from "./palette.js";
import { start as problems } from "./problems.js";

for (const start of [problems, menus, dialogs, forms, lists, palette, hotkeys, clocks, charts, contacts, live, kept]) start();
document.documentElement.dataset.ready = "";
