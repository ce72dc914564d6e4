"""The workbench's pages: server-rendered, with a little script of our own on top."""
