"""How customers stand: their tier and manager through time, integrity file, credit and value as explained formulas."""
