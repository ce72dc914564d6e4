"""Optional sources beside PubMed, each off until the settings name it.

Europe PMC, OpenAlex and Crossref.
"""
