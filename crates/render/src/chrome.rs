//! The frame around a panel: background, border, title, time info (`PanelChrome`).
