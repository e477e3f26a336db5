"""The review pages: server-rendered, usable without JavaScript and without a mouse."""
