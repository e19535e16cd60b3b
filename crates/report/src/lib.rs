//! What the Reporting API means: reports, settings, validation, recipients, due times. Pure.
