"""The outage helper (停电通知小助手, B8): customers are told of outages by their own way, or look for themselves."""
