"""Knowledge: what agents answer and how they say it, guided scripts, and the law it rests on (H5, H11, 1.2, 1.3)."""
