"""How incidents are coded after ACLED and PLOVER: word lists, situations and tables of rules."""
